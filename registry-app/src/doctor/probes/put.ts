import { hash } from 'node:crypto'
import { putObject } from '../../s3/put-object.ts'
import { good, type Probe } from '../probe.ts'
import { content, KiB } from './content.ts'

export const small = content(40 * KiB, 1)

/** One request with the hash of its body signed, and an empty object: a registry's links are small, and some images have an empty layer. */
export const put: Probe = {
  name: 'put',
  first: true,
  async ask(patient) {
    const { signal } = patient
    const bucket = await patient.bucket()
    await putObject(bucket, patient.key('small'), [small], { contentSha256: hash('sha256', small), signal })
    await putObject(bucket, patient.key('empty'), [], { signal })
    return good('objects are stored')
  },
}
