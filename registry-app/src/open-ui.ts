import type { Config } from './config/schema/config.ts'
import { version } from './embedded.ts'
import { collectorsBreadth } from './open-collection.ts'
import type { Log } from './ops/log.ts'
import { findingsOf, type ReadyCheck } from './ops/readiness.ts'
import type { Name } from './registry/name.ts'
import type { Registry } from './registry/registry.ts'
import type { StorageDriver } from './storage/driver.ts'
import type { Certificates } from './tls/certificates.ts'
import { daysLeft } from './tls/expiry.ts'
import { activity } from './ui/activity.ts'
import { manifestFacts } from './ui/manifest-facts.ts'
import type { RequestCounts } from './ui/request-counts.ts'
import { restorables } from './ui/restorables.ts'
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
}

/** What the page is told (`ui`). */
export function openUi({ ui, storage, policy, proxy }: Config, surroundings: UiSurroundings): Ui & { summaries: Summaries } {
  const { driver, registry, requests, certificates, checks, log, now, clock } = surroundings
  const { garbagecollect, readonly } = storage.maintenance
  const lists = tagLists(driver, registry.tags, clock)
  const facts = manifestFacts(driver)
  const lost = restorables({ driver, lists, facts, clock: () => now().getTime() })
  const forget = (name: Name) => {
    lists.forget(name)
    lost.forget(name)
  }
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
    activity: activity(now, forget),
    tags: lists,
    sharing: sharings({ driver, lists, facts }),
    restorables: lost,
    prices: ui.prices,
    requests,
    health: () => findingsOf(checks),
    certificates: () =>
      (certificates?.all() ?? []).map(facts => ({
        names: facts.names,
        notAfter: facts.notAfter.toISOString(),
        daysLeft: daysLeft(facts, now()),
      })),
    undoFor: policy.undo.deletions ? policy.undo.grace : undefined,
    caches: proxy.remoteurl !== undefined,
    collects: !garbagecollect.enabled || readonly.enabled ? 'no' : garbagecollect.untagged ? 'untagged' : 'yes',
  }
}
