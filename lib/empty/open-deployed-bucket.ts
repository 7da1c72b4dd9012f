import { setTimeout as sleep } from 'node:timers/promises'
import { amazonCredentials, registryKeys } from '../../registry-app/src/s3/amazon-credentials.ts'
import type { S3Bucket } from '../../registry-app/src/s3/bucket.ts'
import { openBucket } from '../../registry-app/src/s3/open-bucket.ts'
import type { RetryLimits } from '../../registry-app/src/s3/options.ts'
import { keysFrom } from '../doctor/keys.ts'
import { targetOf } from '../doctor/target.ts'
import type { BucketStorage } from '../environment/environment.ts'
import { deployedKeys, deployedSettings } from './deployed-bucket.ts'

/** The bucket of an environment as it is deployed, by the registry's own client. @throws UsageError if there is one key without the other */
export async function openDeployedBucket(
  storage: BucketStorage,
  variables: Readonly<Record<string, string | undefined>>,
  retries?: RetryLimits,
): Promise<{ bucket: S3Bucket; title: string }> {
  const target = targetOf(deployedSettings(storage, variables))
  const now = () => new Date()
  const credentials = keysFrom(deployedKeys(variables), () =>
    amazonCredentials({ region: target.region, environment: variables, now, advice: registryKeys }),
  )
  const surroundings = {
    now,
    clock: () => performance.now(),
    random: Math.random,
    sleep: async (milliseconds: number, signal: AbortSignal | undefined) =>
      void (await sleep(milliseconds, undefined, signal && { signal })),
  }
  const bucket = await openBucket({ ...target, credentials, listing: 'auto', ...(retries && { retries }) }, surroundings)
  return { bucket, title: `the bucket ${target.bucket}${target.endpoint === undefined ? '' : ` at ${target.endpoint}`}` }
}
