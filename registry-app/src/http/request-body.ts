import type { IncomingMessage } from 'node:http'
import type { RequestBody } from '../api/context.ts'

/** The client went away, or sent nothing for too long. Nobody is there to hear of it. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/**
 * The body of a request: read at the pace of whoever stores it, given up when the client stalls.
 *
 * @param stallTimeout milliseconds without a byte, while we are ready for one; 0 for no limit. A slow push that moves lives for hours.
 */
export function requestBody(request: IncomingMessage, stallTimeout: number): RequestBody {
  const length = request.headers['content-length']
  const chunked = request.headers['transfer-encoding'] !== undefined
  return {
    size: length === undefined ? undefined : Number(length),
    empty: !chunked && (length === undefined || Number(length) === 0),
    pieces: piecesOf(request, stallTimeout),
  }
}

async function* piecesOf(request: IncomingMessage, stallTimeout: number): AsyncGenerator<Uint8Array> {
  let waiting = true
  let silent = false
  // One timer looks twice per limit, rather than one being set for each piece.
  const timer = stallTimeout > 0 ? setInterval(look, stallTimeout / 2) : undefined
  function look() {
    if (waiting && silent) request.destroy(new ClientGone(`the client sent nothing for ${stallTimeout} ms`))
    silent = waiting
  }

  try {
    for await (const piece of request) {
      waiting = false
      yield piece
      waiting = true
      silent = false
    }
    if (!request.complete) throw new ClientGone('the client left in the middle of the body')
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
      ? new ClientGone('the client left in the middle of the body', { cause: error })
      : error
  } finally {
    clearInterval(timer)
  }
}
