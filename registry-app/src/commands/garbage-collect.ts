import { type Collected, type CollectOptions, collect } from '../collection/collect.ts'
import { CollectionRefused } from '../collection/refused.ts'
import type { Breakdown } from '../collection/report.ts'
import { collectionAudit } from '../events/collection-audit.ts'
import { openLogs } from '../ops/open-logs.ts'
import { formatBytes } from '../registry/format-bytes.ts'
import { collectionTimings, collectorsBreadth } from '../wiring/open-collection.ts'
import { openStorage } from '../wiring/open-storage.ts'
import { randomName } from '../wiring/random-name.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

export interface GarbageCollectOptions {
  dryRun: boolean
  deleteUntagged: boolean
  exclusive: boolean
  quiet: boolean
  print: (line: string) => void
}

/** `garbage-collect`: one step of it, beside a registry that serves; or all of it at once, where nobody writes. */
export async function garbageCollect(source: ConfigSource, options: GarbageCollectOptions): Promise<void> {
  const { config, warnings } = loadFrom(source)
  const { storage } = config
  const { dryRun, exclusive, quiet, print } = options
  for (const warning of warnings) console.error(`warning: ${warning}`)
  if (storage.inmemory)
    throw new CollectionRefused('storage.inmemory: what another process keeps in its memory cannot be collected from here')
  if (storage.maintenance.readonly.enabled && !exclusive && !dryRun)
    throw new CollectionRefused(
      'storage.maintenance.readonly is enabled: nothing is to be written. While nobody writes, collect with --exclusive',
    )

  const { log, audit } = openLogs(config.log, text => void process.stderr.write(text))
  const driver = await openStorage(storage, {
    ...{ log, now: () => new Date(), randomName, environment: source.environment, quiet: true },
    ...(dryRun && { readOnly: true }),
  })
  const place = dryRun ? undefined : await driver.takeCollectorsPlace?.()
  if (place?.refused !== undefined && (place.taken || !exclusive)) {
    throw new CollectionRefused(
      `nothing was deleted: ${place.refused}. ${exclusive ? 'Stop it first: --exclusive is for a storage that nobody writes to' : 'If nothing writes to it, collect with --exclusive'}`,
    )
  }
  try {
    const collecting: CollectOptions = {
      driver,
      timings: collectionTimings(storage.maintenance),
      breadth: collectorsBreadth,
      randomName,
      untagged: options.deleteUntagged || storage.maintenance.garbagecollect.untagged,
      dryRun,
      exclusive,
      counted: config.policy.quotas.map(({ prefix }) => prefix),
      progress: (message, facts) =>
        quiet ||
        print(
          `${message}: ${Object.entries(facts)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')}`,
        ),
      beforeSweep(doomed) {
        if (quiet || doomed.blobs === 0) return
        for (const line of [`${amount(doomed)} to be freed:`, ...perRepository(doomed)]) print(line)
      },
    }
    const collected = await collect(collecting)
    if (audit) collectionAudit(audit.info, collected.freed)
    for (const line of linesOf(collected, options)) print(line)
  } finally {
    audit?.flush()
    log.flush()
    await place?.release()
  }
}

function linesOf({ doomed, freed, condemned, due }: Collected, { dryRun, exclusive, quiet }: GarbageCollectOptions): string[] {
  const lines: string[] = []
  if (dryRun) return [...(quiet ? [] : perRepository(doomed)), `${amount(doomed)} would be freed`]
  if (!quiet) lines.push(...perRepository(freed))
  lines.push(`${amount(freed)} freed`)
  const left = doomed.blobs - freed.blobs
  if (left > 0) lines.push(`${left} blobs were spared, or wait for the next run`)
  if (condemned.blobs > 0) lines.push(`${amount(condemned)} found to be garbage, and condemned`)
  if (due !== undefined && !exclusive) lines.push(`Run it again at ${new Date(due).toISOString()} or later to free what is condemned.`)
  return lines
}

const perRepository = ({ repositories }: Breakdown) => [...repositories].map(([name, each]) => `  ${name}: ${amount(each)}`)

const amount = ({ blobs, size }: { blobs: number; size: number }) => `${blobs} ${blobs === 1 ? 'blob' : 'blobs'}, ${formatBytes(size)}`
