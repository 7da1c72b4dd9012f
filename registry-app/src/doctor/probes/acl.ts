import { putObject } from '../../s3/put-object.ts'
import { good, lacking, type Probe } from '../probe.ts'

/** Buckets on AWS have no access control lists unless somebody asked for them, and some stores never had: setting one is then an error. */
export const acl: Probe = {
  name: 'object ACL',
  async ask(patient) {
    const bucket = await patient.bucket()
    const withAcl = { ...bucket, newObject: { ...bucket.newObject, 'x-amz-acl': 'private' } }
    try {
      await putObject(withAcl, patient.key('acl'), [Buffer.from('private')], { signal: patient.signal })
    } catch (cause) {
      patient.signal.throwIfAborted()
      return lacking(`it refuses one (${cause instanceof Error ? cause.message : cause}): objects are stored without`, { acl: false })
    }
    return good('`private` is taken', { acl: true })
  },
}
