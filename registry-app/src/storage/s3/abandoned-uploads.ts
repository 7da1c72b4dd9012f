import { abortMultipartUpload } from '../../s3/abort-multipart-upload.ts'
import type { S3Bucket } from '../../s3/bucket.ts'
import { S3Error } from '../../s3/errors.ts'
import { listMultipartUploads } from '../../s3/list-multipart-uploads.ts'
import type { CallOptions } from '../driver.ts'

/**
 * Aborts uploads in parts that nobody will complete: no listing shows them, and their parts are paid for. MinIO lists none of them below a prefix,
 * and takes them away itself after a day.
 */
export async function abortAbandoned(bucket: S3Bucket, prefix: string, startedBefore: Date, options: CallOptions): Promise<void> {
  try {
    for await (const page of listMultipartUploads(bucket, { prefix, ...options })) {
      for (const { key, uploadId, initiated } of page) {
        if (initiated < startedBefore) await abortMultipartUpload(bucket, key, uploadId, options)
      }
    }
  } catch (error) {
    // A store without this list, or that does not let us see it, has to be tidied by a lifecycle rule.
    if (error instanceof S3Error && !error.unavailable && [403, 405, 501].includes(error.status ?? 0)) return
    throw error
  }
}
