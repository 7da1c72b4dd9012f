import type { CallOptions, S3Bucket } from './bucket.ts'
import { encodeKey } from './uri-encode.ts'

/** Copies an object of up to 5 GiB within the bucket, on the store's side. @throws S3Error with the code `NoSuchKey` if the source is not there */
export async function copyObject(bucket: S3Bucket, source: string, key: string, { signal }: CallOptions = {}): Promise<void> {
  const headers = { ...bucket.newObject, 'x-amz-copy-source': copySource(bucket, source) }
  await bucket.send({ operation: 'CopyObject', method: 'PUT', key, headers, slow: true, signal })
}

/** `x-amz-copy-source`: the bucket and the key, percent-encoded. */
export const copySource = (bucket: S3Bucket, key: string) => `/${bucket.name}/${encodeKey(key)}`
