import type { Log } from '../ops/log.ts'
import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { cachedBlobs } from './cached-blobs.ts'
import { cachedManifests } from './cached-manifests.ts'
import { cachedReferrers } from './cached-referrers.ts'
import { cachedRepositories } from './cached-repositories.ts'
import { cachedTags } from './cached-tags.ts'
import { cachedUploads } from './cached-uploads.ts'
import { createExchange } from './exchange.ts'
import { flights } from './flights.ts'
import { marks } from './marks.ts'
import { placesOf, type Upstream } from './upstream.ts'
import { upstreamClient } from './upstream-client.ts'
import { UpstreamError } from './upstream-error.ts'
import type { Watcher } from './watcher.ts'

/** A registry some of whose repositories are those of others, fetched when they are asked for. */
export interface Cache {
  readonly registry: Registry
  /** Takes away what nobody pulled for as long as it is kept. @returns how many manifests */
  expire(): Promise<number>
  /** Blobs that are on their way just now. */
  fetching(): number
  close(): void
}

export interface CacheOptions {
  readonly registry: Registry
  readonly driver: StorageDriver
  readonly upstreams: readonly Upstream[]
  /** Milliseconds: `proxy.ttl`, `proxy.revalidate` and `proxy.cachewritetimeout`. */
  readonly ttl: number
  readonly believedFor: number
  readonly goesOnFor: number
  /** Nothing may be stored: all that is not here passes through. */
  readonly readOnly: boolean
  /** Told of each repository in which a manifest was kept. */
  readonly kept?: ((name: Name) => void) | undefined
  readonly log: Log
  readonly watcher?: Watcher | undefined
  readonly userAgent: string
  readonly now: () => Date
  /** Milliseconds; for tests. */
  readonly timeouts?: { readonly answer: number; readonly stall: number }
}

const usualTimeouts = { answer: 30_000, stall: 30_000 }

export function openCache(options: CacheOptions): Cache {
  const { registry, driver, upstreams, ttl, believedFor, goesOnFor, readOnly, log, userAgent, now, timeouts = usualTimeouts } = options
  const watcher = loggedBy(log, options.watcher)
  const clients = upstreams.map(upstream => {
    // Each has connections of its own: where one may lead, another may not.
    const exchange = createExchange({ userAgent, answerTimeout: timeouts.answer, stallTimeout: timeouts.stall })
    return upstreamClient({ upstream, exchange, watcher, now })
  })
  const placeOf = placesOf(clients)
  const underWay = flights({
    registry,
    watcher,
    goesOnFor,
    keeps: !readOnly,
    notKept: (name, digest, error) =>
      log.error('a blob came from its upstream, and could not be kept', { 'vars.name': name, digest, error }),
  })
  const noted = marks({
    driver,
    manifests: registry.manifests,
    isCached: name => placeOf(name) !== undefined,
    ttl,
    now,
    failed: (message, error) => log.error(message, { error }),
  })
  const manifests = cachedManifests({
    manifests: registry.manifests,
    placeOf,
    watcher,
    marks: noted,
    believedFor,
    readOnly,
    kept: options.kept,
    now,
  })
  return {
    registry: {
      ...registry,
      blobs: cachedBlobs({ blobs: registry.blobs, flights: underWay, placeOf, watcher, now }),
      manifests,
      referrers: cachedReferrers(registry.referrers, manifests, placeOf),
      tags: cachedTags(registry.tags, placeOf),
      ...cachedRepositories(registry, placeOf, ttl),
      uploads: cachedUploads(registry.uploads, placeOf),
    },
    expire: noted.expire,
    fetching: () => underWay.count,
    close() {
      for (const client of clients) client.close()
    },
  }
}

/** What goes wrong is logged: what is merely not there is not. */
function loggedBy(log: Log, watcher: Watcher | undefined): Watcher {
  return {
    answered: (...told) => watcher?.answered(...told),
    received: (...told) => watcher?.received(...told),
    remaining: (...told) => watcher?.remaining(...told),
    failed(upstream, error) {
      watcher?.failed(upstream, error)
      // While it is left in peace, that was said once.
      if (error.failure === 'unknown' || error.cause instanceof UpstreamError) return
      log.warn('an upstream did not give what it was asked for', { upstream, failure: error.failure, reason: error.message })
    },
  }
}
