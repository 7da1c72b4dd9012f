import { bad, type Finding, good, lacking, skipped } from '../../../registry-app/src/doctor/probe.ts'
import { isAmazon } from '../../environment/aws/complete-storage.ts'
import type { AwsCheck } from './aws-check.ts'
import { refusalIn } from './refusal.ts'
import { stackResource } from './stack-resource.ts'

/** Whether the name of the bucket is free, or the bucket is there for this environment to use. */
export const bucket: AwsCheck = {
  name: 'bucket',
  async ask({ name, storage }, { account }) {
    if (!isAmazon(storage)) return skipped(`the images are in another store, which kit doctor --environment ${name} asks`)
    const { bucket, existing } = storage
    const answer = await account.send('S3', { method: 'GET', path: `/${bucket}`, query: { 'list-type': '2', 'max-keys': '0' } })
    const { code, words } = answer.status < 300 ? { code: 'OK', words: '' } : refusalIn(answer.text)
    if (code === 'NoSuchBucket') {
      return existing
        ? bad(`there is no bucket ${bucket}: make it, or leave storage.existing away, and the deployment makes it`)
        : good(`the name ${bucket} is free; the deployment makes the bucket`)
    }
    const elsewhere = answer.header('x-amz-bucket-region')
    if (existing) return foundExisting(bucket, { code, words, elsewhere, region: storage.region ?? account.region })
    if ((await stackResource(account, `registry-${name}-data`, 'Images')) === bucket) return good(`${bucket} is this environment's own`)
    if (code !== 'OK') return bad(`the name ${bucket} is taken (${code}), by somebody else perhaps: choose another`)
    return bad(
      `${bucket} is there, in this account, and in no stack of this environment, so the deployment could not make it: storage.existing: true ` +
        `uses it as it stands, and npx cdk deploy registry-${name}-data --import-existing-resources makes it the stack's own again`,
    )
  },
}

interface Found {
  readonly code: string
  readonly words: string
  /** Where the bucket is, as S3 says. */
  readonly elsewhere: string | undefined
  /** Where the file says that it is. */
  readonly region: string
}

function foundExisting(bucket: string, { code, words, elsewhere, region }: Found): Finding {
  if (elsewhere !== undefined && elsewhere !== region) return bad(`${bucket} is in ${elsewhere}: storage.region must say so`)
  if (code === 'OK') return good(`${bucket} is there`)
  if (code === 'AccessDenied') return lacking(`${bucket} is there, and these credentials may not read it; the registry's role must`)
  return bad(`S3 answers for ${bucket} with ${code}: ${words}`)
}
