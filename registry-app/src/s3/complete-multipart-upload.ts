import type { CallOptions, S3Bucket } from './bucket.ts'
import { headObject } from './head-object.ts'
import type { UploadedPart } from './multipart-upload.ts'
import { escapeXml } from './xml.ts'

export interface CompleteOptions extends CallOptions {
  uploadId: string
  /** In the order of their numbers. */
  parts: readonly UploadedPart[]
  /** Of the whole object, in bytes. */
  size: number
}

/**
 * Joins the parts: the object appears, whole.
 *
 * After an attempt without an answer the store may no longer know the upload, because it was completed then: the object itself decides.
 */
export async function completeMultipartUpload(
  bucket: S3Bucket,
  key: string,
  { uploadId, parts, size, signal }: CompleteOptions,
): Promise<void> {
  const call = {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    key,
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: [Buffer.from(completion(parts))],
    expects: (_status: number, code: string | undefined) => code === 'NoSuchUpload',
    slow: true,
    signal,
  } as const
  const answer = await bucket.send(call)
  if (answer.code === undefined) return
  if (answer.repeated && (await isThere(bucket, key, size, parts.length, signal))) return
  throw bucket.error(call, answer)
}

/** The ETag of an object that was made of parts ends with their number, on stores that follow Amazon in this. */
async function isThere(bucket: S3Bucket, key: string, size: number, parts: number, signal: AbortSignal | undefined): Promise<boolean> {
  const object = await headObject(bucket, key, { signal })
  if (object?.size !== size) return false
  const counted = /-(\d+)"?$/.exec(object.etag ?? '')?.[1]
  return counted === undefined || Number(counted) === parts
}

function completion(parts: readonly UploadedPart[]): string {
  const list = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`)
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`
}
