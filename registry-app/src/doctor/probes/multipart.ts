import { good, type Probe } from '../probe.ts'
import { content, KiB, MiB } from './content.ts'
import { uploadInParts } from './parts.ts'

/** What the object in equal parts holds. */
export const largeContent = (): Buffer => content(10 * MiB + 64 * KiB, 3)

/** As the registry uploads: all parts of one size but the last. 5 MiB is the smallest that S3 allows. */
export const multipartEqual: Probe = {
  name: 'multipart, equal parts',
  async ask(patient) {
    const key = patient.key('parts/equal')
    await uploadInParts(patient, key, largeContent(), [5 * MiB, 5 * MiB, 64 * KiB])
    return good('large objects are stored in parts', { large: key })
  },
}

/** Cloudflare R2 refuses these: https://developers.cloudflare.com/r2/objects/multipart-objects/ */
export const multipartUnequal: Probe = {
  name: 'multipart, unequal parts',
  without: 'nothing is lost, the registry makes equal ones',
  async ask(patient) {
    await uploadInParts(patient, patient.key('parts/unequal'), content(11 * MiB + 1, 4), [6 * MiB, 5 * MiB, 1])
    return good('they are taken as well')
  },
}
