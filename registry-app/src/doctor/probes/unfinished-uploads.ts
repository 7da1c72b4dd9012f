import { listMultipartUploads } from '../../s3/list-multipart-uploads.ts'
import type { Patient } from '../patient.ts'
import { good, lacking, type Probe } from '../probe.ts'
import { begin } from './parts.ts'

const day = 24 * 3600 * 1000

/** Uploads in parts that were begun and forgotten are paid for and seen nowhere; whoever lists them can abort them. */
export const unfinishedUploads: Probe = {
  name: 'forgotten uploads',
  without: 'forgotten uploads stay until a lifecycle rule takes them',
  async ask(patient) {
    const { target, now } = patient
    const bucket = await patient.bucket()
    const key = patient.key('parts/unfinished')
    const uploadId = await begin(patient, bucket, key)
    if (!(await listed(patient, key, uploadId))) return lacking('an upload in parts that was begun is not in the list of those')
    if (!(await listed(patient, patient.key('parts/'), uploadId))) {
      return lacking('it lists those of one whole key only: forgotten ones stay until the store, or a lifecycle rule, takes them')
    }
    const old = await count(patient, target.root === '' ? '' : `${target.root}/`, new Date(now().getTime() - day))
    return good(`they are listed; ${old === 0 ? 'none is older than a day' : `${old} here are older than a day, and cost what they hold`}`)
  },
}

async function listed(patient: Patient, prefix: string, uploadId: string): Promise<boolean> {
  for await (const page of listMultipartUploads(await patient.bucket(), { prefix, signal: patient.signal })) {
    if (page.some(upload => upload.uploadId === uploadId)) return true
  }
  return false
}

async function count(patient: Patient, prefix: string, before: Date): Promise<number> {
  let found = 0
  for await (const page of listMultipartUploads(await patient.bucket(), { prefix, signal: patient.signal })) {
    found += page.filter(({ initiated }) => initiated < before).length
  }
  return found
}
