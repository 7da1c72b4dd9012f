import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import type { ProxyMetrics } from '../ops/metrics/proxy-metrics.ts'
import type { Cache } from '../proxy/cache.ts'
import type { Upstream } from '../proxy/upstream.ts'
import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { version } from './embedded.ts'

export interface ProxySurroundings {
  readonly registry: Registry
  readonly driver: StorageDriver
  readonly log: Log
  readonly metrics: ProxyMetrics | undefined
  readonly readOnly: boolean
  /** Told of each repository in which a manifest was kept. */
  readonly kept: (name: Name) => void
  readonly now: () => Date
}

/** The cache that the configuration asks for; `undefined` if there is none, and then nothing of it is loaded. */
export async function openProxy({ proxy }: Pick<Config, 'proxy'>, surroundings: ProxySurroundings): Promise<Cache | undefined> {
  const upstreams = upstreamsOf(proxy)
  if (upstreams.length === 0) return undefined
  const { metrics, log, readOnly, ...rest } = surroundings
  const { openCache } = await import('../proxy/cache.ts')
  const { ttl, revalidate, cachewritetimeout } = proxy
  const cache = openCache({
    ...rest,
    ...{ upstreams, ttl, readOnly, log, watcher: metrics },
    believedFor: revalidate,
    goesOnFor: cachewritetimeout,
    userAgent: `bucket-registry/${version()}`,
  })
  if (ttl > 0 && !readOnly) expireRegularly(cache, ttl, log)
  return cache
}

type Proxy = Config['proxy']

/** Those below a prefix, and the one that has all the rest. */
export function upstreamsOf(proxy: Proxy): Upstream[] {
  const below = proxy.upstreams.map(({ prefix, path, remoteurl = '', ...rest }) =>
    upstreamOf({ ...rest, remoteurl, prefix, path, label: prefix }),
  )
  const { remoteurl } = proxy
  if (remoteurl === undefined) return below
  return [...below, upstreamOf({ ...proxy, remoteurl, prefix: '', path: undefined, label: new URL(remoteurl).host })]
}

interface Written extends Pick<Proxy, 'username' | 'password' | 'library' | 'trustedrealms'> {
  readonly label: string
  readonly prefix: string
  readonly path: string | undefined
  readonly remoteurl: string
}

function upstreamOf({ label, prefix, path = '', remoteurl, username, password, library, trustedrealms }: Written): Upstream {
  const url = new URL(remoteurl)
  const isHub = /^(registry-1|index)\.docker\.io$/.test(url.hostname)
  return { label, prefix, path, url, username, password, trustedRealms: trustedrealms, library: library === 'auto' ? isHub : library }
}

/** Milliseconds. What is kept for a week is looked through once a day. */
const seldom = 24 * 3_600_000
const often = 60_000

/** In the background, now and then. */
function expireRegularly(cache: Cache, ttl: number, log: Log): void {
  const expire = async () => {
    try {
      const manifests = await cache.expire()
      if (manifests > 0) log.info('cached manifests that nobody pulls were taken away', { manifests })
    } catch (error) {
      log.error('looking for cached manifests that nobody pulls failed', { error })
    }
  }
  const interval = Math.min(seldom, Math.max(often, ttl / 8))
  // Replicas that start together do not look together.
  setTimeout(expire, interval * (0.5 + Math.random() / 2)).unref()
  setInterval(expire, interval).unref()
}
