import type { Answer } from './exchange.ts'
import { UpstreamError } from './upstream-error.ts'

/** All of an answer that has a place in memory. @throws UpstreamError `wrong` if it is larger than `limit` bytes */
export async function readBounded({ body, headers, close }: Answer, limit: number, what: string): Promise<Buffer> {
  const tooLarge = () => new UpstreamError('wrong', `${what} is larger than the ${limit} bytes that are taken`)
  if (Number(headers['content-length'] ?? 0) > limit) {
    close()
    throw tooLarge()
  }
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > limit) throw tooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
