import type { SigningVersion } from '../../s3/options.ts'
import { presign } from '../../s3/presign.ts'
import type { Patient } from '../patient.ts'
import { good, lacking, type Probe, skipped } from '../probe.ts'
import { presignedRequest } from './presigned-request.ts'
import { small } from './put.ts'

const proxied = 'the registry serves layers itself'

/** URLs that carry their own signature, fetched as a client would: without keys, and by HTTP alone. */
export const presignedV4 = presigned('v4')
export const presignedV2 = presigned('v2')

function presigned(version: SigningVersion): Probe {
  return {
    name: `presigned URLs, ${version}`,
    without: proxied,
    async ask(patient) {
      const { facts } = patient
      if (!facts.signing?.includes(version)) return skipped('it does not take this version')
      const wrong = await fetchAll(patient, version)
      if (wrong !== undefined) return lacking(`${wrong}: ${proxied}`)
      return good('the object comes, whole and in part, and nothing once it has expired', {
        presigned: [...(facts.presigned ?? []), version],
      })
    },
  }
}

/** @returns what is wrong, if anything */
async function fetchAll(patient: Patient, version: SigningVersion): Promise<string | undefined> {
  const { web } = patient
  const bucket = await patient.bucket({ signing: version })
  const key = patient.key('small')
  const url = await presign(bucket, 'GET', key, 60)
  const whole = await web.request(url)
  if (whole.status !== 200) return `its presigned URL is answered with ${whole.status}`
  if (!whole.body.equals(small)) return 'a presigned URL gives other bytes than were stored'
  const part = await web.request(url, { headers: { range: 'bytes=0-99' } })
  if (part.status !== 206 || !part.body.equals(small.subarray(0, 100))) return `a range of a presigned URL is answered with ${part.status}`
  const head = await web.request(await presign(bucket, 'HEAD', key, 60), { method: 'HEAD' })
  if (head.status !== 200) return `a presigned HEAD is answered with ${head.status}`
  const late = await web.request(await presignedRequest(bucket, { method: 'GET', key, since: -120, validFor: 60 }))
  return late.status === 200 ? 'a presigned URL works beyond its time' : undefined
}
