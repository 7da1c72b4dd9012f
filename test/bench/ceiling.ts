import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'
import type { Generator } from './generator.ts'
import type { LoadReport } from './load-report.ts'
import { openS3Storage, type S3Programs } from './s3-storage.ts'
import { layers, warmLayers } from './workload.ts'

/** How fast MinIO itself takes what a push consists of, with no registry before it. */
export async function measureCeiling(programs: S3Programs, load: Generator, dir: string): Promise<LoadReport> {
  const folder = join(dir, 'run')
  await rm(folder, { recursive: true, force: true })
  await command('sync', [])
  const { server, bucket, close } = await openS3Storage(programs, join(folder, 'data'), 0)
  const access = ['-bucket', bucket, '-access-key', server.accessKeyId, '-secret-key', server.secretAccessKey, '-region', server.region]
  const target = { url: server.endpoint, pid: server.pid }
  try {
    await load(target, ['s3', ...warmLayers, ...access])
    return await load(target, ['s3', ...layers, ...access])
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}
