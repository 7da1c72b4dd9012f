import type { Config } from '../config/schema/config.ts'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import type { RegularSurroundings } from '../maintenance/regularly.ts'
import type { Log } from '../ops/log.ts'
import { findingsOf, type ReadyCheck } from '../ops/readiness.ts'
import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Certificates } from '../tls/certificates.ts'
import { daysLeft } from '../tls/expiry.ts'
import { activity } from '../ui/activity.ts'
import { type AllRequests, allRequests } from '../ui/all-requests.ts'
import { type Examinations, examinations } from '../ui/examinations.ts'
import { manifestFacts } from '../ui/manifest-facts.ts'
import type { RequestCounts } from '../ui/request-counts.ts'
import { restorables } from '../ui/restorables.ts'
import { sharings } from '../ui/sharing.ts'
import { type Summaries, summaries } from '../ui/summaries.ts'
import { tagLists } from '../ui/tag-lists.ts'
import type { Ui } from '../ui/ui.ts'
import { version } from './embedded.ts'
import { collectorsBreadth } from './open-collection.ts'

export interface UiSurroundings extends RegularSurroundings {
  driver: StorageDriver
  registry: Registry
  requests: RequestCounts
  certificates: Certificates | undefined
  checks: readonly ReadyCheck[]
  /** Has the doctor look at the bucket; absent: there is none. */
  examine?: ((signal: AbortSignal) => Promise<Diagnosis>) | undefined
  log: Log
}

/** What others than the page have to do with, too. */
export interface OpenedUi extends Ui {
  readonly summaries: Summaries
  readonly requests: AllRequests
  readonly doctor: Ui['doctor'] & { readonly examinations?: Examinations | undefined }
  stop(): Promise<void>
}

/** What the page is told (`ui`). */
export function openUi({ ui, storage, policy, proxy }: Config, surroundings: UiSurroundings): OpenedUi {
  const { driver, registry, certificates, checks, examine, log, now, clock } = surroundings
  const { garbagecollect, readonly } = storage.maintenance
  const lists = tagLists(driver, registry.tags, clock)
  const facts = manifestFacts(driver)
  const lost = restorables({ driver, lists, facts, clock: () => now().getTime() })
  const forget = (name: Name) => {
    lists.forget(name)
    lost.forget(name)
  }
  const known = summaries({
    driver,
    age: ui.summary.age,
    breadth: collectorsBreadth,
    readOnly: readonly.enabled,
    now,
    clock,
    failed: error => log.error('the figures of the page could not be made', { error }),
  })
  const examined = examine && ui.doctor.enabled ? examinations({ driver, examine, now, ...toldTo(log) }) : undefined
  return {
    version: version(),
    summaries: known,
    activity: activity(now, forget),
    tags: lists,
    sharing: sharings({ driver, lists, facts }),
    restorables: lost,
    prices: ui.prices,
    requests: allRequests({
      ...surroundings,
      own: surroundings.requests,
      readOnly: readonly.enabled,
      failed: error => log.error('what other processes asked the store for could not be read, or written down by this one', { error }),
    }),
    health: () => findingsOf(checks),
    doctor: {
      examines: !examine ? 'no-store' : !examined ? 'off' : readonly.enabled ? 'read-only' : 'yes',
      examinations: examined,
    },
    certificates: () =>
      (certificates?.all() ?? []).map(facts => ({
        names: facts.names,
        notAfter: facts.notAfter.toISOString(),
        daysLeft: daysLeft(facts, now()),
      })),
    undoFor: policy.undo.deletions ? policy.undo.grace : undefined,
    caches: proxy.remoteurl !== undefined,
    collects: !garbagecollect.enabled || readonly.enabled ? 'no' : garbagecollect.untagged ? 'untagged' : 'yes',
    stop: async () => void (await Promise.all([known.stop(), examined?.stop()])),
  }
}

const toldTo = (log: Log) => ({
  begun: (by: string | undefined) => log.info('the doctor examines the bucket', { by }),
  ended({ verdict, findings }: Diagnosis, milliseconds: number) {
    const bad = findings.filter(each => each.verdict === 'bad').map(({ name, says }) => `${name}: ${says}`)
    const facts = { verdict, seconds: milliseconds / 1000, ...(bad.length > 0 && { bad: bad.join('; ') }) }
    if (verdict === 'bad') log.warn('the doctor has examined the bucket', facts)
    else log.info('the doctor has examined the bucket', facts)
  },
  failed: (error: unknown) => log.error('the bucket could not be examined', { error }),
})
