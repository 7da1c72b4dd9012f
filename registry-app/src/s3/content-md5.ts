import { createHash } from 'node:crypto'
import { endOfTurn } from '../concurrency/end-of-turn.ts'
import type { S3Call } from './bucket.ts'

/** Whether a store refused an upload because it was not told the MD5. */
export const demandsContentMd5 = ({ code, message }: { code?: string | undefined; message?: string | undefined }): boolean =>
  code === 'InvalidRequest' && message !== undefined && message.includes('Content-MD5')

/** What is hashed without letting others have a turn: some 2 ms. Bytes. */
const atOnce = 1024 * 1024

/**
 * The same call, with the MD5 of what it uploads (`Content-MD5`, RFC 1864). Every store checks the bytes by it, whichever version signs; buckets whose
 * objects are locked for a time by default (Object Lock) take nothing without it.
 */
export async function withContentMd5(call: S3Call): Promise<S3Call> {
  const { method, body, headers = {} } = call
  // A copy has none; an object of no bytes has one, of no bytes.
  if (method !== 'PUT' || body === undefined) return call
  const hash = createHash('md5')
  for (const piece of body) {
    for (let at = 0; at < piece.length; at += atOnce) {
      if (at > 0 || piece.length >= atOnce) await endOfTurn()
      hash.update(piece.subarray(at, at + atOnce))
    }
  }
  return { ...call, headers: { ...headers, 'content-md5': hash.digest('base64') } }
}
