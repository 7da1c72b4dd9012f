import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'
import type { Contender } from './contender.ts'
import type { Sample } from './figures.ts'
import type { Generator } from './generator.ts'
import { startServer } from './server.ts'
import type { Workload } from './workloads.ts'

export interface Place {
  readonly dir: string
  readonly cold: boolean
  readonly keepLogs: boolean
}

/**
 * Measures one workload against one registry once: a new process, an empty data folder, and a disk that owes nothing to what came before.
 */
export async function measure(contender: Contender, workload: Workload, round: number, load: Generator, place: Place): Promise<Sample> {
  const folder = join(place.dir, 'run')
  const log = join(place.dir, 'logs', `${workload.id}-${round}-${contender.id}.log`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(place.dir, 'logs'), { recursive: true })
  await command('sync', [])

  const server = await startServer(contender, folder, log)
  try {
    for (const step of [...workload.prepare, ...(place.cold ? [] : workload.warm)]) await load(server, step)
    if (workload.prepare.length > 0) await command('sync', [])
    return { startMs: server.startMs, load: await load(server, workload.measured) }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
    if (!place.keepLogs) await rm(log, { force: true })
  }
}
