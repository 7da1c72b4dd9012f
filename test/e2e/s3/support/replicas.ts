import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultProxy } from '../../../fault-proxy/fault-proxy.ts'
import type { S3Server } from '../../../support/s3-server.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../../support/registry-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export interface Replicas {
  store: S3Server
  /** What the replicas speak to. */
  endpoint: string
  bucket: string
  /** Keys of `storage.s3` beside those that it takes to reach the bucket. */
  s3?: Record<string, unknown>
  /** Keys of `storage` beside `s3`. */
  storage?: Record<string, unknown>
}

/** `storage` of a registry's configuration, with the shipped defaults for all that is not asked for. */
export const bucketStorage = ({ store, endpoint, bucket, s3, storage }: Replicas) => ({
  s3: {
    accesskey: store.accessKeyId,
    secretkey: store.secretAccessKey,
    region: store.region,
    regionendpoint: endpoint,
    bucket,
    ...s3,
  },
  delete: { enabled: true },
  ...storage,
})

/** So many registries on one bucket, as they are shipped, each in a process of its own. They stop when the file's tests have run. */
export async function startReplicas(count: number, options: Replicas): Promise<RegistryServer[]> {
  const folder = await temporaryFolder()
  const servers: RegistryServer[] = []
  for (let index = 0; index < count; index += 1) {
    const own = join(folder, String(index))
    await mkdir(own)
    const server = await startServer({ folder: own, config: { storage: bucketStorage(options) } })
    atTheEnd(() => server.stop())
    servers.push(server)
  }
  return servers
}

/** How many requests the store gets while something is done, and which. */
export async function requestsFor(proxy: FaultProxy, act: () => Promise<unknown>): Promise<{ total: number; operations: string }> {
  proxy.forget()
  await act()
  const counts = Object.entries(proxy.counts())
  return {
    total: counts.reduce((sum, [, count]) => sum + count, 0),
    operations: counts.map(([operation, count]) => `${operation} ${count}`).join(', '),
  }
}
