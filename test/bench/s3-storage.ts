import { mkdir } from 'node:fs/promises'
import type { S3Server } from '../support/s3-server.ts'
import { startMinioServer } from '../support/start-minio-server.ts'
import { startLatencyProxy } from './latency-proxy.ts'
import type { Storage } from './storage.ts'

export interface S3Storage extends Storage {
  readonly server: S3Server
  readonly bucket: string
}

export interface S3Programs {
  readonly minio: string
  readonly loadgen: string
}

/** A new MinIO with one empty bucket, at the distance of a latency. */
export async function openS3Storage({ minio, loadgen }: S3Programs, folder: string, latencyMs: number): Promise<S3Storage> {
  await mkdir(folder, { recursive: true })
  const server = await startMinioServer({ binary: minio, folder })
  const bucket = 'bench'
  await server.createBucket(bucket)
  const proxy = latencyMs > 0 ? await startLatencyProxy(loadgen, server.endpoint, latencyMs) : undefined
  return {
    server,
    bucket,
    config: {
      s3: {
        accesskey: server.accessKeyId,
        secretkey: server.secretAccessKey,
        region: server.region,
        regionendpoint: proxy?.url ?? server.endpoint,
        bucket,
        secure: false,
        forcepathstyle: true,
      },
      // The client is to get the bytes from the registry: it is the registry that is measured.
      redirect: { disable: true },
    },
    pids: [server.pid, ...(proxy ? [proxy.pid] : [])],
    requests: async () => proxy?.requests(),
    async close() {
      await proxy?.stop()
      await server.stop()
    },
  }
}
