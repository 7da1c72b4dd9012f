import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObject } from '../../s3/delete-object.ts'
import { S3Error } from '../../s3/errors.ts'
import { putObjectIfAbsent } from '../../s3/put-object-if-absent.ts'

/**
 * Whether the store keeps the promise of `If-None-Match: *`: some do not know it, and overwrite in silence. Tried on an object of one's own, which
 * goes again.
 */
export async function keepsConditions(bucket: S3Bucket, canary: string): Promise<boolean> {
  try {
    const content = [Buffer.from(canary)]
    const first = await putObjectIfAbsent(bucket, canary, content)
    const second = await putObjectIfAbsent(bucket, canary, content)
    await deleteObject(bucket, canary)
    return first && !second
  } catch (error) {
    // Refused, as by a store that does not know the header, or to whom nothing may be written at all.
    if (error instanceof S3Error && !error.unavailable) return false
    throw error
  }
}
