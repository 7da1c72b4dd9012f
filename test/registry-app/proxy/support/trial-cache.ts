import { onTestFinished } from 'vitest'
import type { Gate } from '../../../../registry-app/src/auth/gate.ts'
import { type Cache, type CacheOptions, openCache } from '../../../../registry-app/src/proxy/cache.ts'
import type { Upstream } from '../../../../registry-app/src/proxy/upstream.ts'
import type { Outcome, Wanted, Watcher } from '../../../../registry-app/src/proxy/watcher.ts'
import type { RegistryOptions } from '../../../../registry-app/src/registry/registry.ts'
import { type TrialServer, trialServer } from '../../http/support/trial-server.ts'
import { type Trial, trial } from '../../support/registry.ts'
import type { TestUpstream } from './test-upstream.ts'

export interface TrialCache extends Omit<TrialServer, keyof Trial> {
  readonly cache: Cache
  /** What is under the cache. */
  readonly under: Trial
  /** `blob miss`, `tag stale` and so on, in order. */
  readonly outcomes: `${Wanted} ${Outcome}`[]
  readonly failures: string[]
  readonly warnings: string[]
}

export interface TrialCacheOptions extends Partial<Omit<CacheOptions, 'registry' | 'driver' | 'upstreams' | 'log' | 'watcher'>> {
  /** What is beneath `hub/`. */
  readonly upstream: TestUpstream
  readonly as?: Partial<Upstream>
  readonly under?: Partial<RegistryOptions>
  /** Who is let in. @default everybody */
  readonly gate?: Gate
}

export const hub = 'hub'

/** A registry, of which `hub/…` is a cache, on a port that the system chose. */
export async function trialCache({ upstream, as, under: beneath, gate, ...more }: TrialCacheOptions): Promise<TrialCache> {
  const under = trial(beneath)
  const outcomes: TrialCache['outcomes'] = []
  const failures: string[] = []
  const warnings: string[] = []
  const watcher: Watcher = {
    answered: (_, wanted, outcome) => void outcomes.push(`${wanted} ${outcome}`),
    received: () => {},
    failed: (_, { failure }) => void failures.push(failure),
    remaining: () => {},
  }
  const warn = (message: string, fields?: object) => void warnings.push(`${message} ${JSON.stringify(fields)}`)
  const cache = openCache({
    registry: under.registry,
    driver: under.driver,
    upstreams: [{ label: hub, prefix: hub, url: upstream.url, path: '', library: false, trustedRealms: [], ...as }],
    ttl: 7 * 24 * 3_600_000,
    believedFor: 0,
    goesOnFor: 60_000,
    readOnly: false,
    log: { debug() {}, info() {}, flush() {}, warn, error: warn },
    watcher,
    userAgent: 'test',
    now: under.clock.now,
    ...more,
  })
  onTestFinished(() => cache.close())
  const server = await trialServer({ pipeline: { registry: cache.registry, gate } })
  return { ...server, cache, under, outcomes, failures, warnings }
}
