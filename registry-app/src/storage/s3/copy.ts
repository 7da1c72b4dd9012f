import type { S3Bucket } from '../../s3/bucket.ts'
import { copyObject } from '../../s3/copy-object.ts'
import { uploadPartCopy } from '../../s3/upload-part-copy.ts'
import type { CallOptions } from '../driver.ts'
import { type Multipart, storeInParts } from './multipart.ts'
import { partSize } from './part-size.ts'

/** How objects are copied on the store's side (`storage.s3.multipartcopy…`). */
export interface CopyLimits {
  /** Up to so many bytes one request copies; it says nothing until it is done, which load balancers put up with for a while only. */
  threshold: number
  /** Above it, in parts of so many bytes … */
  chunkSize: number
  /** … so many at once. */
  concurrency: number
}

export interface Copy {
  source: string
  target: string
  /** Of the source, in bytes. */
  size: number
}

export async function copyWithin(
  bucket: S3Bucket,
  { source, target, size }: Copy,
  limits: CopyLimits,
  options: CallOptions,
): Promise<void> {
  if (size <= limits.threshold) return copyObject(bucket, source, target, options)
  const length = partSize(limits.chunkSize, size)
  const add = async (upload: Multipart) => {
    for (let first = 0; first < size; first += length) {
      const range = { first, last: Math.min(first + length, size) - 1 }
      await upload.add(place => uploadPartCopy(bucket, target, { ...place, source, range }))
    }
  }
  await storeInParts(bucket, target, { breadth: limits.concurrency, size, add }, options)
}
