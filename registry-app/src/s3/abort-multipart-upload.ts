import type { CallOptions, S3Bucket } from './bucket.ts'

/** Gives up an upload and its parts. One that is not there, or not any more, is no error. */
export async function abortMultipartUpload(bucket: S3Bucket, key: string, uploadId: string, { signal }: CallOptions = {}): Promise<void> {
  const expects = (status: number, code: string | undefined) => status === 404 && code !== 'NoSuchBucket'
  await bucket.send({ operation: 'AbortMultipartUpload', method: 'DELETE', key, query: { uploadId }, expects, signal })
}
