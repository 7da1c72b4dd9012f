import { field } from './answer-fields.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { isAbsent, type ObjectInfo, objectInfo } from './object-info.ts'

/** What is stored under a key, or `undefined`. */
export async function headObject(bucket: S3Bucket, key: string, { signal }: CallOptions = {}): Promise<ObjectInfo | undefined> {
  const { status, headers } = await bucket.send({ operation: 'HeadObject', method: 'HEAD', key, expects: isAbsent, signal })
  return status === 404 ? undefined : objectInfo(headers, Number(field(headers, 'content-length') ?? 0))
}
