import { once } from 'node:events'
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { lengthOf } from './headers.ts'
import { reset, strike, type Target } from './strike.ts'

type BodyStage = 'request-body' | 'answer-body'

/** Passes a body on, and hits it where its fault says. @throws where it broke */
export async function carry(from: IncomingMessage, to: ClientRequest | ServerResponse, target: Target, stage: BodyStage): Promise<void> {
  const limit = breakAt(from, target, stage)
  const truncate = limit !== undefined && target.fault?.kind === 'truncate' ? target.fault : undefined
  if (truncate && lengthOf(from) === 0) reset(target.socket, stage)
  to.flushHeaders()
  await pipeline(from, body => struck(body, target, stage, limit), to, { end: false })
  if (!truncate || truncate.announced) return void to.end()
  // What was written before there was a connection goes first.
  if (!to.socket) await once(to, 'socket')
  to.socket?.end()
}

/** After how many bytes a body breaks; `undefined`: it does not. */
export function breakAt(from: IncomingMessage, { fault }: Target, stage: BodyStage): number | undefined {
  const length = lengthOf(from)
  if (!fault || !('at' in fault) || fault.at !== stage) return undefined
  return length === undefined ? 1 : Math.floor(length * (fault.share ?? 0.5))
}

async function* struck(body: AsyncIterable<Buffer>, target: Target, stage: BodyStage, limit: number | undefined) {
  let left = limit ?? Number.POSITIVE_INFINITY
  for await (const piece of body) {
    if (piece.length <= left) {
      left -= piece.length
      yield piece
      continue
    }
    yield piece.subarray(0, left)
    // The rest is read, so that the connection it comes from serves again.
    if (target.fault?.kind === 'truncate') left = 0
    else {
      await strike(target, stage)
      yield piece.subarray(left)
      left = Number.POSITIVE_INFINITY
    }
  }
  if (left < Number.POSITIVE_INFINITY) await strike(target, stage)
}
