import type { CallOptions, S3Bucket } from './bucket.ts'
import { isAbsent } from './object-info.ts'

/** Deletes an object. One that is not there is no error, also where the store thinks it one. */
export async function deleteObject(bucket: S3Bucket, key: string, { signal }: CallOptions = {}): Promise<void> {
  await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, expects: isAbsent, signal })
}
