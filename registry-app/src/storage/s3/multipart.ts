import { abortMultipartUpload } from '../../s3/abort-multipart-upload.ts'
import type { S3Bucket } from '../../s3/bucket.ts'
import { completeMultipartUpload } from '../../s3/complete-multipart-upload.ts'
import { createMultipartUpload } from '../../s3/create-multipart-upload.ts'
import type { UploadedPart } from '../../s3/multipart-upload.ts'
import type { CallOptions } from '../driver.ts'
import { tidyAfter } from './tidy-after.ts'

/** An upload in parts, several of them under way at once. */
export interface Multipart {
  /** Starts the next part once there is room among those under way. @throws what an earlier part failed with, which ends the others too */
  add(part: (place: Place) => Promise<UploadedPart>): Promise<void>
  /** Waits for all parts, and makes the object appear. @param size of the whole object, in bytes */
  complete(size: number): Promise<void>
  /** Leaves nothing of it behind, where the store is there to hear of it. Never fails. */
  abort(because: unknown): Promise<void>
}

export interface Place {
  uploadId: string
  partNumber: number
  signal: AbortSignal
}

/**
 * One object of parts that are all at hand: it appears when the last of them is there, or nothing of it stays.
 *
 * @param size of the whole object, in bytes
 * @param add gives each part to the upload, in order
 */
export async function storeInParts(
  bucket: S3Bucket,
  key: string,
  { breadth, size, add }: { breadth: number; size: number; add: (upload: Multipart) => Promise<void> },
  options: CallOptions,
): Promise<void> {
  const upload = await beginMultipart(bucket, key, breadth, options)
  try {
    await add(upload)
    await upload.complete(size)
  } catch (error) {
    await upload.abort(error)
    throw error
  }
}

/** @param breadth how many parts may be under way at once */
export async function beginMultipart(bucket: S3Bucket, key: string, breadth: number, options: CallOptions): Promise<Multipart> {
  options.signal?.throwIfAborted()
  // Who leaves meanwhile is not heard: of an upload whose id never came, nobody could take away what is there.
  const uploadId = await createMultipartUpload(bucket, key)
  const ending = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal
  const underWay = new Set<Promise<void>>()
  const parts: UploadedPart[] = []
  let count = 0

  /** What a part has failed with, or why it was given up. */
  const check = () => ending.signal.throwIfAborted()

  return {
    async add(part) {
      while (underWay.size >= breadth) await Promise.race(underWay)
      check()
      count += 1
      const partNumber = count
      const running: Promise<void> = part({ uploadId, partNumber, signal })
        .then(
          done => {
            parts[partNumber - 1] = done
          },
          error => ending.abort(error),
        )
        .finally(() => underWay.delete(running))
      underWay.add(running)
    },

    async complete(size) {
      await Promise.all(underWay)
      check()
      await completeMultipartUpload(bucket, key, { uploadId, parts, size, ...options })
    },

    async abort(because) {
      ending.abort(because)
      // A part that arrives after the abort would stay. Whoever aborted is gone, so his signal does not count here.
      await Promise.all(underWay)
      await tidyAfter(because, abortMultipartUpload(bucket, key, uploadId))
    },
  }
}
