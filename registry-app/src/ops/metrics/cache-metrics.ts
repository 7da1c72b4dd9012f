import type { Tally } from '../../storage/tally.ts'
import type { MetricSet } from './metric-set.ts'

/** What is remembered, and spares a request to the storage. */
export type Cache = 'manifests' | 'links' | 'blobs' | 'reads'

/** How often each cache had what was asked of it. */
export function cacheMetrics(set: MetricSet): (cache: Cache) => Tally {
  const requests = set.counter(
    'registry_cache_requests_total',
    'Questions to what is remembered, by result: manifests by digest, links of blobs, blobs that are stored, and reads that share one request.',
    ['cache', 'result'],
  )
  return cache => {
    const [hits, misses] = [requests(cache, 'hit'), requests(cache, 'miss')]
    return { hit: () => hits.add(), miss: () => misses.add() }
  }
}
