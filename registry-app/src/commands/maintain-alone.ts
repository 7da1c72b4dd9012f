import { maintain } from '../maintenance/maintain.ts'
import { openLogs } from '../ops/open-logs.ts'
import { quarantine } from '../registry/quarantine.ts'
import { openStorage } from '../wiring/open-storage.ts'
import { randomName } from '../wiring/random-name.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

/** There is nothing to be done, or not from here. */
export class NothingToMaintain extends Error {
  override readonly name = 'NothingToMaintain'
  readonly code = 'NOTHING_TO_MAINTAIN'
}

/**
 * `maintain`: what `storage.maintenance` has a registry do by itself, in a process that serves nobody, beside replicas that do not: garbage is collected, blobs are
 * read through.
 *
 * @returns what ends it
 */
export async function maintainAlone(source: ConfigSource): Promise<() => Promise<void>> {
  const { config, warnings } = loadFrom(source)
  const { storage } = config
  const { garbagecollect, scrub, readonly } = storage.maintenance
  if (storage.inmemory)
    throw new NothingToMaintain('storage.inmemory: what another process keeps in its memory cannot be maintained from here')
  if (!garbagecollect.enabled && !scrub.enabled)
    throw new NothingToMaintain(
      'there is nothing to do: neither storage.maintenance.garbagecollect nor storage.maintenance.scrub is enabled',
    )
  if (readonly.enabled) throw new NothingToMaintain('storage.maintenance.readonly is enabled: nothing is to be written')

  const { log, audit } = openLogs(config.log, text => void process.stdout.write(text))
  for (const warning of warnings) log.warn(warning)
  const now = () => new Date()
  const clock = () => performance.now()
  const driver = await openStorage(storage, { log, now, randomName, environment: source.environment, quiet: true })
  const end = maintain(config, { driver, quarantine: quarantine(driver, clock), log, audit, now, clock, randomName, alive: true })
  log.info('maintaining', { garbagecollect: garbagecollect.enabled, scrub: scrub.enabled })
  return async () => {
    await end()
    audit?.flush()
    log.flush()
  }
}
