import type { S3Bucket } from './bucket.ts'
import { getObject } from './get-object.ts'
import { type PutOptions, putCall } from './put-object.ts'

/**
 * Puts an object only if there is none under its key (`If-None-Match: *`), and says whether it did.
 *
 * A store that ignores the condition answers `true` and overwrites: whether this one keeps it has to be tried first.
 * Where an attempt got no answer and the next finds an object, it may be the first attempt's: then it is read and compared. So a content that
 * nobody else writes, such as one with a random part, makes the answer certain.
 */
export async function putObjectIfAbsent(
  bucket: S3Bucket,
  key: string,
  content: readonly Uint8Array[],
  options: PutOptions = {},
): Promise<boolean> {
  const call = putCall(bucket, key, content, options, { 'if-none-match': '*' })
  const { status, repeated } = await bucket.send({ ...call, expects: status => status === 412 })
  return status !== 412 || (repeated && (await holds(bucket, key, content, options)))
}

async function holds(bucket: S3Bucket, key: string, content: readonly Uint8Array[], { signal }: PutOptions): Promise<boolean> {
  const expected = Buffer.concat(content)
  const object = await getObject(bucket, key, { signal })
  if (object?.size !== expected.length) {
    object?.close()
    return false
  }
  let at = 0
  for await (const piece of object.body) {
    if (!expected.subarray(at, at + piece.length).equals(piece)) return false
    at += piece.length
  }
  return true
}
