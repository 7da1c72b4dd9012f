import type { S3Bucket } from '../../s3/bucket.ts'
import { completeMultipartUpload } from '../../s3/complete-multipart-upload.ts'
import { createMultipartUpload } from '../../s3/create-multipart-upload.ts'
import type { UploadedPart } from '../../s3/multipart-upload.ts'
import { uploadPart } from '../../s3/upload-part.ts'
import type { Patient } from '../patient.ts'
import { expect } from '../probe.ts'
import { read } from './content.ts'

/** Uploads an object in parts of these sizes, and looks at both sides of every seam. */
export async function uploadInParts(patient: Patient, key: string, whole: Buffer, sizes: readonly number[]): Promise<void> {
  const { signal } = patient
  const bucket = await patient.bucket()
  const uploadId = await begin(patient, bucket, key)
  const parts: UploadedPart[] = []
  let at = 0
  for (const [index, size] of sizes.entries()) {
    const content = [whole.subarray(at, at + size)]
    parts.push(await uploadPart(bucket, key, { uploadId, partNumber: index + 1, content, signal }))
    at += size
  }
  await completeMultipartUpload(bucket, key, { uploadId, parts, size: whole.length, signal })
  await expectSame(patient, key, whole, seams(sizes))
}

/** An upload that is aborted at the end, unless it is completed before. */
export async function begin(patient: Patient, bucket: S3Bucket, key: string): Promise<string> {
  const uploadId = await createMultipartUpload(bucket, key, { signal: patient.signal })
  patient.remember({ key, uploadId })
  return uploadId
}

/** A few bytes around each of these places, and the end: not all of it goes over the line a second time. */
export async function expectSame(patient: Patient, key: string, whole: Buffer, places: readonly number[]): Promise<void> {
  const bucket = await patient.bucket()
  for (const place of [...places, whole.length]) {
    const first = Math.max(0, place - 100)
    const last = Math.min(whole.length, place + 100) - 1
    const bytes = await read(bucket, key, patient.signal, { first, last })
    expect(bytes?.equals(whole.subarray(first, last + 1)) === true, `the bytes from ${first} to ${last} are not those that were sent`)
  }
}

function seams(sizes: readonly number[]): readonly number[] {
  let at = 0
  return sizes.map(size => {
    at += size
    return at
  })
}
