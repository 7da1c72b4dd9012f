import { bad, good, skipped } from '../../registry-app/src/doctor/probe.ts'
import { openDeployedBucket } from '../empty/open-deployed-bucket.ts'
import type { Check } from './check.ts'

/** Somebody is waiting. */
const retries = { attempts: 2, time: 20_000 }

export const bucket: Check = {
  name: 'bucket',
  async ask({ storage }, { variables, signal }) {
    if (storage.driver !== 's3') return skipped('the images are kept on a volume')
    const other = variables.TF_VAR_s3_bucket
    // One that the variable names must be there, as one that the file calls existing.
    const existing = storage.existing || (other !== undefined && other !== '' && other !== storage.bucket)
    const { bucket, title } = await openDeployedBucket({ ...storage, bucket: other || storage.bucket }, variables, retries)
    try {
      // Not HeadBucket: a failure of HEAD has no words.
      const query = { 'max-keys': '1' }
      const expects = (status: number, code: string | undefined) => status === 404 && code === 'NoSuchBucket'
      const { status } = await bucket.send({ operation: 'ListObjects', method: 'GET', query, expects, signal })
      const isThere = status < 300
      if (isThere)
        return good(
          existing
            ? `${title} takes the keys`
            : `${title} takes the keys, and is there: this environment made it, or existing: true is missing`,
        )
      return existing
        ? bad(`${title} is not there: make it, or leave existing: true and s3_bucket away, and the deployment makes one`)
        : good(`${title} is not there yet; the deployment makes it`)
    } finally {
      await bucket.close()
    }
  },
}
