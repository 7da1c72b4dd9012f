import { join } from 'node:path'
import { command } from './command.ts'
import type { Generator, LoadTarget, Step } from './generator.ts'
import { inNewFolder } from './in-new-folder.ts'
import type { LoadReport } from './load-report.ts'
import { bucketFlags, startRelay } from './relay.ts'
import { openS3Storage, type S3Programs, type S3Storage } from './s3-storage.ts'
import { layers, warmLayers } from './workload.ts'

/** What no registry in front of the same MinIO can pass, on this machine. */
export interface Ceiling {
  /** MinIO itself, given what a push consists of. */
  readonly minio: LoadReport
  /** A relay that computes each digest and passes the body on, and does nothing else of what a registry does. */
  readonly relay: LoadReport
}

export async function measureCeiling(programs: S3Programs, load: Generator, dir: string): Promise<Ceiling> {
  const minio = await withStore(programs, dir, async ({ server, bucket }) => {
    return push(load, { url: server.endpoint, pid: server.pid }, ['s3', ...bucketFlags(server, bucket)])
  })
  const relay = await withStore(programs, dir, async ({ server, bucket }) => {
    const { url, pid, stop } = await startRelay(programs.loadgen, server, bucket)
    try {
      return await push(load, { url, pid, helpers: [server.pid] }, ['push', '-flow', 'put'])
    } finally {
      await stop()
    }
  })
  return { minio, relay }
}

async function push(load: Generator, target: LoadTarget, [workload, ...flags]: Step): Promise<LoadReport> {
  await load(target, [workload, ...flags, ...warmLayers])
  await command('sync', [])
  return load(target, [workload, ...flags, ...layers])
}

/** Of a MinIO with an empty bucket, of which nothing stays. */
async function withStore<Result>(programs: S3Programs, dir: string, use: (storage: S3Storage) => Promise<Result>): Promise<Result> {
  return inNewFolder(dir, async folder => {
    const storage = await openS3Storage(programs, join(folder, 'data'), 0)
    try {
      return await use(storage)
    } finally {
      await storage.close()
    }
  })
}
