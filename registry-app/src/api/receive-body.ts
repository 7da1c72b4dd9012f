import type { ApiRequest } from './context.ts'

/**
 * All of a body, in memory.
 *
 * @param grows called with the bytes so far, before a piece is kept: it refuses what is too long, or waits for room
 */
export async function receiveBody({ body }: Pick<ApiRequest, 'body'>, grows: (total: number) => Promise<void> | void): Promise<Buffer> {
  const received: Uint8Array[] = []
  let total = 0
  body.hurry()
  for await (const piece of body.pieces) {
    total += piece.length
    await grows(total)
    // The piece's own memory is used again.
    received.push(Uint8Array.from(piece))
  }
  return Buffer.concat(received)
}
