import { bad, good, type Probe } from '../probe.ts'

/** A request without any signature must be refused: a registry's access rules are worth nothing where the bucket is open. */
export const anonymous: Probe = {
  name: 'private',
  async ask(patient) {
    const bucket = await patient.bucket()
    const { origin, pathOf } = bucket.endpoint()
    const { status } = await patient.web.request(new URL(`${origin}${pathOf(patient.key('small'))}`))
    if (status < 300) return bad('anybody can read the bucket, without any keys')
    return good(`who has no keys is refused (${status})`)
  },
}
