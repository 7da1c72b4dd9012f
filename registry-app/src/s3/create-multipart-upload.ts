import { answerElement } from './answer-element.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { textOf } from './xml.ts'

/**
 * Begins an upload in parts.
 *
 * An attempt without an answer may leave an upload behind that nobody knows the name of: `listMultipartUploads` finds it.
 *
 * @returns the upload's id
 */
export async function createMultipartUpload(bucket: S3Bucket, key: string, { signal }: CallOptions = {}): Promise<string> {
  const call = {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: bucket.newObject,
    signal,
  } as const
  const answer = await bucket.send(call)
  const uploadId = textOf(answerElement(bucket, call, answer), 'UploadId')
  if (!uploadId) throw bucket.error(call, answer, 'the store named no UploadId')
  return uploadId
}
