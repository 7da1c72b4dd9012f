import type { S3Bucket } from '../s3/bucket.ts'
import { listVersions } from '../s3/list-versions.ts'

/** Deletes every version of every object below the prefix, and the markers that say that they were deleted. */
export async function deleteVersions(bucket: S3Bucket, prefix: string, signal: AbortSignal): Promise<void> {
  for await (const page of listVersions(bucket, { prefix, signal })) {
    for (const { key, versionId } of page) {
      // Whatever the store answers, nothing else is touched.
      if (!key.startsWith(prefix)) continue
      await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, query: { versionId }, signal })
    }
  }
}
