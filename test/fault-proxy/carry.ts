import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { lengthOf } from './headers.ts'
import { strike, type Target } from './strike.ts'

type BodyStage = 'request-body' | 'answer-body'

/** Passes a body on, and hits it where its fault says. @throws where it broke */
export async function carry(from: IncomingMessage, to: ClientRequest | ServerResponse, target: Target, stage: BodyStage): Promise<void> {
  to.flushHeaders()
  const limit = breakAt(from, target, stage)
  await pipeline(from, body => struck(body, target, stage, limit), to, { end: false })
  const { fault } = target
  if (limit !== undefined && fault?.kind === 'truncate' && !fault.announced) to.socket?.end()
  else to.end()
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
    if (piece.length > left) {
      yield piece.subarray(0, left)
      await strike(target, stage)
      if (target.fault?.kind === 'truncate') return
      yield piece.subarray(left)
      left = Number.POSITIVE_INFINITY
    } else {
      left -= piece.length
      yield piece
    }
  }
  if (left < Number.POSITIVE_INFINITY) await strike(target, stage)
}
