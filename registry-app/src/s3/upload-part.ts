import { field } from './answer-fields.ts'
import type { S3Bucket } from './bucket.ts'
import type { UploadedPart } from './multipart-upload.ts'
import type { PutOptions } from './put-object.ts'

export interface PartOptions extends PutOptions {
  uploadId: string
  /** From 1 to 10,000. */
  partNumber: number
  /** At least 5 MiB, but for the last part; must not change until the promise is settled. */
  content: readonly Uint8Array[]
}

/** Uploads one part. Sent twice, it replaces itself. */
export async function uploadPart(bucket: S3Bucket, key: string, options: PartOptions): Promise<UploadedPart> {
  const { uploadId, partNumber, content, contentSha256, signal } = options
  const call = {
    operation: 'UploadPart',
    method: 'PUT',
    key,
    query: { partNumber: String(partNumber), uploadId },
    body: content,
    contentSha256,
    signal,
  } as const
  const answer = await bucket.send(call)
  const etag = field(answer.headers, 'etag')
  if (!etag) throw bucket.error(call, answer, 'the store gave the part no ETag')
  return { partNumber, etag }
}
