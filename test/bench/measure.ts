import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'
import type { Contender } from './contender.ts'
import type { Sample } from './figures.ts'
import type { Generator } from './generator.ts'
import { inNewFolder } from './in-new-folder.ts'
import { startServer } from './server.ts'
import type { Storage, StorageKind } from './storage.ts'
import type { Workload } from './workload.ts'

export interface Place {
  readonly dir: string
  readonly cold: boolean
  readonly keepLogs: boolean
}

/** What every measurement uses. */
export interface Bench {
  readonly load: Generator
  readonly open: (kind: StorageKind, folder: string) => Promise<Storage>
  readonly place: Place
}

/**
 * Measures one workload against one registry once: a new process, and a storage of its own.
 */
export async function measure(contender: Contender, workload: Workload, round: number, bench: Bench): Promise<Sample> {
  const { dir, keepLogs } = bench.place
  const log = join(dir, 'logs', `${workload.id}-${round}-${contender.id}.log`)
  await mkdir(join(dir, 'logs'), { recursive: true })
  try {
    return await inNewFolder(dir, folder => measureIn(folder, log, contender, workload, bench))
  } finally {
    if (!keepLogs) await rm(log, { force: true })
  }
}

async function measureIn(
  folder: string,
  log: string,
  contender: Contender,
  workload: Workload,
  { load, open, place }: Bench,
): Promise<Sample> {
  const storage = await open(workload.storage, join(folder, 'data'))
  try {
    const server = await startServer(contender, storage, { config: join(folder, 'config.yml'), log, guarded: workload.guarded })
    const target = { ...server, helpers: storage.pids }
    try {
      for (const step of [...workload.prepare, ...(place.cold ? [] : workload.warm)]) await load(target, step)
      await command('sync', [])
      await storage.requests()
      return { startMs: server.startMs, load: await load(target, workload.measured), storeRequests: await storage.requests() }
    } finally {
      await server.stop()
    }
  } finally {
    await storage.close()
  }
}
