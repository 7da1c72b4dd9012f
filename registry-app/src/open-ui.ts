import type { Config } from './config/schema/config.ts'
import { version } from './embedded.ts'
import { collectorsBreadth } from './open-collection.ts'
import type { Log } from './ops/log.ts'
import { findingsOf, type ReadyCheck } from './ops/readiness.ts'
import type { Registry } from './registry/registry.ts'
import type { StorageDriver } from './storage/driver.ts'
import type { Certificates } from './tls/certificates.ts'
import { daysLeft } from './tls/expiry.ts'
import { activity } from './ui/activity.ts'
import { type AllRequests, allRequests } from './ui/all-requests.ts'
import { manifestFacts } from './ui/manifest-facts.ts'
import type { RequestCounts } from './ui/request-counts.ts'
import { sharings } from './ui/sharing.ts'
import { type Summaries, summaries } from './ui/summaries.ts'
import { tagLists } from './ui/tag-lists.ts'
import type { Ui } from './ui/ui.ts'

export interface UiSurroundings {
  driver: StorageDriver
  registry: Registry
  requests: RequestCounts
  certificates: Certificates | undefined
  checks: readonly ReadyCheck[]
  log: Log
  now: () => Date
  clock: () => number
  random: () => number
  randomName: () => string
  /** Rejects when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/** What the page is told (`ui`). */
export function openUi(
  { ui, storage, policy }: Config,
  surroundings: UiSurroundings,
): Ui & { summaries: Summaries; requests: AllRequests } {
  const { driver, registry, certificates, checks, log, now, clock } = surroundings
  const { garbagecollect, readonly } = storage.maintenance
  const lists = tagLists(driver, registry.tags, clock)
  return {
    version: version(),
    summaries: summaries({
      driver,
      age: ui.summary.age,
      breadth: collectorsBreadth,
      readOnly: readonly.enabled,
      now,
      clock,
      failed: error => log.error('the figures of the page could not be made', { error }),
    }),
    activity: activity(now, lists.forget),
    tags: lists,
    sharing: sharings({ driver, lists, facts: manifestFacts(driver) }),
    prices: ui.prices,
    requests: allRequests({
      ...surroundings,
      own: surroundings.requests,
      readOnly: readonly.enabled,
      failed: error => log.error('what other processes asked the store for could not be read, or written down by this one', { error }),
    }),
    health: () => findingsOf(checks),
    certificates: () =>
      (certificates?.all() ?? []).map(facts => ({
        names: facts.names,
        notAfter: facts.notAfter.toISOString(),
        daysLeft: daysLeft(facts, now()),
      })),
    undoFor: policy.undo.deletions ? policy.undo.grace : undefined,
    collects: !garbagecollect.enabled || readonly.enabled ? 'no' : garbagecollect.untagged ? 'untagged' : 'yes',
  }
}
