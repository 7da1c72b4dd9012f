import { answerElement } from './answer-element.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { copySource } from './copy-object.ts'
import type { UploadedPart } from './multipart-upload.ts'
import { textOf } from './xml.ts'

export interface PartCopyOptions extends CallOptions {
  uploadId: string
  /** From 1 to 10,000. */
  partNumber: number
  /** A key of the same bucket. */
  source: string
  /** First and last byte of the source, both included. @default all of it */
  range?: { first: number; last: number } | undefined
}

/** Makes a part of an object, or of a range of it, on the store's side. */
export async function uploadPartCopy(bucket: S3Bucket, key: string, options: PartCopyOptions): Promise<UploadedPart> {
  const { uploadId, partNumber, source, range, signal } = options
  const call = {
    operation: 'UploadPartCopy',
    method: 'PUT',
    key,
    query: { partNumber: String(partNumber), uploadId },
    headers: {
      'x-amz-copy-source': copySource(bucket, source),
      ...(range && { 'x-amz-copy-source-range': `bytes=${range.first}-${range.last}` }),
    },
    slow: true,
    signal,
  } as const
  const answer = await bucket.send(call)
  const etag = textOf(answerElement(bucket, call, answer), 'ETag')
  if (!etag) throw bucket.error(call, answer, 'the store gave the part no ETag')
  return { partNumber, etag }
}
