import { parseDuration } from '../config/duration.ts'
import type { Config } from '../config/schema/config.ts'
import { quarantineAudit } from '../events/quarantine-audit.ts'
import { type HitImage, imagesHit } from '../inspection/images-hit.ts'
import { type Scrubbed, scrub } from '../inspection/scrub.ts'
import type { Log } from '../ops/log.ts'
import type { ScrubMetrics } from '../ops/metrics/scrub-metrics.ts'
import type { Digest } from '../registry/digest.ts'
import { scrubberPath } from '../registry/paths.ts'
import type { Quarantine } from '../registry/quarantine.ts'
import type { Key, StorageDriver } from '../storage/driver.ts'
import { collectorsBreadth } from '../wiring/open-collection.ts'
import { firstRun, nextRun, type RegularSurroundings, regularly } from './regularly.ts'

export interface ScrubRegularlyOptions extends RegularSurroundings {
  readonly driver: StorageDriver
  readonly settings: Config['storage']['maintenance']['scrub']
  /** Of this process: what is found here is served no more at once. */
  readonly quarantine: Quarantine
  readonly log: Log
  readonly audit?: Log | undefined
  readonly metrics?: ScrubMetrics | undefined
}

const stateKey = `${scrubberPath}last`

/** The pass that is under way, or the last one. */
interface State {
  /** Milliseconds since 1970. */
  readonly begun: number
  /** How far it came; absent: to its end. */
  readonly position?: Key | undefined
  readonly blobs: number
  readonly bytes: number
  readonly damaged: number
}

/** So many images of a blob are named in the log; the audit log has all. */
const mostNamed = 10

/**
 * Reads all blobs in the background (`storage.maintenance.scrub`), in one replica at a time, and quarantines what is damaged. How far it came stands in the storage:
 * whoever has the turn goes on from there.
 *
 * @returns what ends it
 */
export function scrubRegularly(options: ScrubRegularlyOptions): () => Promise<void> {
  const { driver, settings, quarantine, log, audit, metrics, now, clock, random, sleep } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const first = firstRun(now().getTime(), parseDuration(settings.schedule), random)

  async function readState(): Promise<State | undefined> {
    const content = await driver.read(stateKey, { signal, limit: 4096 })
    return content && (JSON.parse(Buffer.from(content).toString()) as State)
  }

  async function due() {
    const state = await readState()
    return state?.position === undefined ? nextRun(settings.schedule, state?.begun, first) : 0
  }

  async function report({ damaged, unreadable, released }: Scrubbed, limit: AbortSignal) {
    for (const { digest, reason } of unreadable) log.error('a blob cannot be read', { digest, reason })
    for (const digest of released) {
      log.info('a blob is quarantined no more: it was mended, or is gone', { digest })
      if (audit) quarantineAudit(audit.info, { action: 'release', digest, images: [] })
    }
    if (damaged.length + released.length > 0) await quarantine.look({ signal: limit })
    if (damaged.length === 0) return
    const hit = await imagesHit({ driver, breadth: collectorsBreadth, damaged: new Set(damaged), signal: limit })
    for (const digest of damaged)
      tellOf(
        digest,
        hit.filter(image => image.damaged === digest),
      )
  }

  function tellOf(digest: Digest, images: readonly HitImage[]) {
    const named = images
      .slice(0, mostNamed)
      .map(({ name, tags, digest }) => (tags[0] === undefined ? `${name}@${digest}` : `${name}:${tags.join(',')}`))
    log.error('a blob is damaged in the storage, and is served no more: push its image again', {
      digest,
      images: named.join(' '),
      'images.count': images.length,
    })
    if (audit) quarantineAudit(audit.info, { action: 'quarantine', digest, images })
  }

  async function run(limit: AbortSignal) {
    const earlier = await readState()
    let state: State = earlier?.position === undefined ? { begun: now().getTime(), blobs: 0, bytes: 0, damaged: 0 } : earlier
    const write = (changed: State) => {
      state = changed
      return driver.put(stateKey, Buffer.from(JSON.stringify(changed)), { signal: limit })
    }
    const checkpoint = async (scrubbed: Scrubbed) => {
      // Before it is written down: whoever goes on after a crash finds the same again, and tells of it.
      await report(scrubbed, limit)
      const { position, blobs, bytes, damaged, unreadable } = scrubbed
      metrics?.read({ blobs, bytes, damaged: damaged.length, unreadable: unreadable.length })
      await write({
        begun: state.begun,
        position,
        blobs: state.blobs + blobs,
        bytes: state.bytes + bytes,
        damaged: state.damaged + damaged.length,
      })
    }
    const { rate } = settings
    await scrub({
      driver,
      rate,
      clock,
      sleep: (pause, given) => sleep(pause, given ?? limit),
      position: state.position,
      checkpoint,
      signal: limit,
    })
    const { position: _, ...ended } = state
    await write(ended)
    const at = now().getTime()
    metrics?.ended(at)
    const { begun, blobs, bytes, damaged } = ended
    log.info('all blobs were read through', { blobs, bytes, damaged, seconds: (at - begun) / 1000 })
  }

  const failed = (error: unknown) => {
    metrics?.failed()
    log.error('reading blobs through failed; it goes on where it was', { error })
  }
  const ended = regularly({ ...options, folder: `${scrubberPath}lease/`, due, run, failed }, signal).catch(error =>
    log.error('blobs are not read through by this process', { error }),
  )
  return async () => {
    stopping.abort(new Error('the registry stops'))
    await ended
  }
}
