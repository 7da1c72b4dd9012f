import { hash } from 'node:crypto'
import type { S3Bucket } from '../../s3/bucket.ts'
import { demandsContentMd5 } from '../../s3/content-md5.ts'
import { S3Error } from '../../s3/errors.ts'
import { putObject } from '../../s3/put-object.ts'
import { good, misconfigured, type Probe } from '../probe.ts'
import { content, KiB } from './content.ts'

export const small = content(40 * KiB, 1)

/** One request with the hash of its body signed, and an empty object: a registry's links are small, and some images have an empty layer. */
export const put: Probe = {
  name: 'put',
  first: true,
  async ask(patient) {
    const { signal, target } = patient
    const store = async (bucket: S3Bucket) => {
      await putObject(bucket, patient.key('small'), [small], { contentSha256: hash('sha256', small), signal })
      await putObject(bucket, patient.key('empty'), [], { signal })
    }
    try {
      await store(await patient.bucket())
      return good('objects are stored')
    } catch (cause) {
      if (!(cause instanceof S3Error && demandsContentMd5(cause))) throw cause
    }
    await store(await patient.bucket({ contentMd5: true }))
    const demands = 'objects are stored with `Content-MD5` alone, as where they are locked by default'
    return target.contentMd5 === undefined ? good(demands, { contentMd5: true }) : misconfigured(demands, { contentMd5: true })
  },
}
