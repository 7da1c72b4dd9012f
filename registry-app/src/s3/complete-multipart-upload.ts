import type { CallOptions, S3Bucket } from './bucket.ts'
import { S3Error } from './errors.ts'
import { hasResult } from './has-result.ts'
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
  const done = () => isThere(bucket, key, size, parts.length, signal)
  try {
    const answer = await bucket.send(call)
    if (hasResult(answer, 'CompleteMultipartUploadResult')) return
    // Without a word of what became of it, as where a proxy ended an answer that had only begun.
    if ((answer.code === undefined || answer.repeated) && (await done())) return
    throw bucket.error(call, answer, answer.code === undefined ? 'the store did not say that it joined the parts' : undefined)
  } catch (error) {
    // It took longer than anybody waits for an answer, and may have come to its end since.
    if (error instanceof S3Error && error.retry === 'timeout' && (await done())) return
    throw error
  }
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
