import type { S3Server } from '../../../support/s3-server.ts'
import { type Distribution, startDistribution } from '../../support/distribution.ts'
import type { RegistryServer } from '../../support/registry-server.ts'
import { bucketStorage, startReplicas } from './replicas.ts'

export interface Both {
  ours: RegistryServer
  theirs: Distribution
  /** One more of ours, which has seen nothing yet. */
  another(): Promise<RegistryServer>
}

/** Our registry and Distribution on one bucket, by the same keys of `storage`. To be called in `beforeAll`. */
export async function startBoth(store: S3Server, bucket: string, s3: Record<string, unknown> = {}): Promise<Both> {
  const storage = { redirect: { disable: true } }
  const options = { store, endpoint: store.endpoint, bucket, s3: { forcepathstyle: true, ...s3 }, storage }
  const another = async () => {
    const [server] = await startReplicas(1, options)
    if (!server) throw new Error('no registry was started')
    return server
  }
  return { ours: await another(), theirs: await startDistribution(bucketStorage(options)), another }
}
