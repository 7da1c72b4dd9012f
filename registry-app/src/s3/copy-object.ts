import type { CallOptions, S3Bucket } from './bucket.ts'
import { hasResult } from './has-result.ts'
import { headObject } from './head-object.ts'
import { encodeKey } from './uri-encode.ts'

/** Copies an object of up to 5 GiB within the bucket, on the store's side. @throws S3Error with the code `NoSuchKey` if the source is not there */
export async function copyObject(bucket: S3Bucket, source: string, key: string, { signal }: CallOptions = {}): Promise<void> {
  const headers = { ...bucket.newObject, 'x-amz-copy-source': copySource(bucket, source) }
  const call = { operation: 'CopyObject', method: 'PUT', key, headers, slow: true, signal } as const
  const answer = await bucket.send(call)
  if (hasResult(answer, 'CopyObjectResult')) return
  // Without a word of what became of it: there has to be as much under the one key as under the other.
  const [from, to] = await Promise.all([source, key].map(each => headObject(bucket, each, { signal })))
  if (!from || from.size !== to?.size) throw bucket.error(call, answer, 'the store did not say that it made the copy')
}

/** `x-amz-copy-source`: the bucket and the key, percent-encoded. */
export const copySource = (bucket: S3Bucket, key: string) => `/${bucket.name}/${encodeKey(key)}`
