import type { S3Server } from '../../../support/s3-server.ts'
import { type Distribution, startDistribution } from '../../support/distribution.ts'
import type { RegistryServer } from '../../support/registry-server.ts'
import { bucketStorage, type Replicas, startReplicas } from './replicas.ts'

export interface Both {
  ours: RegistryServer
  theirs: Distribution
  /** One more of ours, which has seen nothing yet. */
  another(): Promise<RegistryServer>
}

/** What both understand. */
const options = (store: S3Server, bucket: string, s3: Record<string, unknown>): Replicas => ({
  store,
  endpoint: store.endpoint,
  bucket,
  s3: { forcepathstyle: true, ...s3 },
  storage: { redirect: { disable: true } },
})

export async function startOurs(store: S3Server, bucket: string, s3: Record<string, unknown> = {}): Promise<RegistryServer> {
  const [server] = await startReplicas(1, options(store, bucket, s3))
  if (!server) throw new Error('no registry was started')
  return server
}

export const startTheirs = (store: S3Server, bucket: string, s3: Record<string, unknown> = {}) =>
  startDistribution(bucketStorage(options(store, bucket, s3)))

/** Our registry and Distribution on one bucket, by the same keys of `storage`. To be called in `beforeAll`. */
export async function startBoth(store: S3Server, bucket: string, s3: Record<string, unknown> = {}): Promise<Both> {
  const another = () => startOurs(store, bucket, s3)
  return { ours: await another(), theirs: await startTheirs(store, bucket, s3), another }
}
