import { abortMultipartUpload } from '../../registry-app/src/s3/abort-multipart-upload.ts'
import type { S3Bucket } from '../../registry-app/src/s3/bucket.ts'
import { S3Error } from '../../registry-app/src/s3/errors.ts'
import { listMultipartUploads } from '../../registry-app/src/s3/list-multipart-uploads.ts'
import { listVersions } from '../../registry-app/src/s3/list-versions.ts'
import { UsageError } from '../usage-error.ts'
import { deleteVersions } from './delete-versions.ts'

export interface EmptyOptions {
  readonly signal: AbortSignal
  /** Told how much is gone, after each request or so. */
  readonly progress: (gone: Gone) => void
}

export interface Gone {
  /** Objects, their older versions, and the markers of deleted ones. */
  readonly versions: number
  /** Unfinished uploads in parts. */
  readonly uploads: number
}

/** How often it looks again: what is written meanwhile is somebody else's doing. */
const rounds = 3

/**
 * Deletes everything in a bucket, not what lies below a prefix alone. It may be interrupted at any time: the next one goes on with what is left.
 *
 * @throws S3Error that says what could not be deleted; UsageError if something writes into it all the while
 */
export async function emptyBucket(bucket: S3Bucket, { signal, progress }: EmptyOptions): Promise<Gone> {
  let gone: Gone = { versions: 0, uploads: await abortUploads(bucket, signal) }
  for (let round = 0; round < rounds; round++) {
    const before = gone.versions
    for await (const page of listVersions(bucket, { signal })) {
      if (page.length === 0) continue
      await deleteVersions(bucket, page, { signal })
      gone = { ...gone, versions: gone.versions + page.length }
      progress(gone)
    }
    if (gone.versions === before) return gone
  }
  throw new UsageError('something writes into the bucket while it is being emptied: destroy the registry first, then empty it again')
}

/** Some stores refuse to delete a bucket with one in it. MinIO lists none of them, and takes them along. */
async function abortUploads(bucket: S3Bucket, signal: AbortSignal): Promise<number> {
  let aborted = 0
  try {
    for await (const page of listMultipartUploads(bucket, { signal })) {
      for (const { key, uploadId } of page) await abortMultipartUpload(bucket, key, uploadId, { signal })
      aborted += page.length
    }
  } catch (error) {
    // A store without this list. If uploads are in its way, it will say so when the bucket is to be deleted.
    if (!(error instanceof S3Error) || error.unavailable || ![400, 405, 501].includes(error.status ?? 0)) throw error
  }
  return aborted
}
