import { completeMultipartUpload } from '../../s3/complete-multipart-upload.ts'
import { copyObject } from '../../s3/copy-object.ts'
import { uploadPartCopy } from '../../s3/upload-part-copy.ts'
import { expect, good, type Probe, skipped } from '../probe.ts'
import { MiB, read } from './content.ts'
import { largeContent } from './multipart.ts'
import { begin, expectSame } from './parts.ts'
import { small } from './put.ts'

/** CopyObject, on the store's side. */
export const copy: Probe = {
  name: 'copy',
  without: 'a large layer whose digest came last goes through the registry once more',
  async ask(patient) {
    const bucket = await patient.bucket()
    const key = patient.key('copy/whole')
    await copyObject(bucket, patient.key('small'), key, { signal: patient.signal })
    expect((await read(bucket, key, patient.signal))?.equals(small) === true, 'the copy is not what was copied')
    return good('the store copies by itself')
  },
}

/** UploadPartCopy with a range: how objects above some hundred MB are copied, several parts at once. */
export const partCopy: Probe = {
  name: 'copy in parts',
  without: 'a very large layer is copied in one request, or goes through the registry once more',
  async ask(patient) {
    const { facts, signal } = patient
    if (facts.large === undefined) return skipped('there is no large object to copy from')
    const source = facts.large
    const whole = largeContent()
    const bucket = await patient.bucket()
    const key = patient.key('copy/parts')
    const uploadId = await begin(patient, bucket, key)
    const [first, second] = [
      { first: 0, last: 5 * MiB - 1 },
      { first: 5 * MiB, last: whole.length - 1 },
    ]
    const parts = [
      await uploadPartCopy(bucket, key, { uploadId, partNumber: 1, source, range: first, signal }),
      await uploadPartCopy(bucket, key, { uploadId, partNumber: 2, source, range: second, signal }),
    ]
    await completeMultipartUpload(bucket, key, { uploadId, parts, size: whole.length, signal })
    await expectSame(patient, key, whole, [0, 5 * MiB])
    return good('the store copies ranges of an object into parts of another')
  },
}
