import type { Environment } from '../config/environment.ts'
import type { Config } from '../config/schema/config.ts'
import { type RequestMetrics, requestMetrics } from '../http/request-metrics.ts'
import type { Log } from '../ops/log.ts'
import { type AuthFailure, authMetrics } from '../ops/metrics/auth-metrics.ts'
import { type Cache, cacheMetrics } from '../ops/metrics/cache-metrics.ts'
import { type CollectionMetrics, collectionMetrics } from '../ops/metrics/collection-metrics.ts'
import { metricSet } from '../ops/metrics/metric-set.ts'
import { type Parts, partMetrics } from '../ops/metrics/part-metrics.ts'
import { processMetrics } from '../ops/metrics/process-metrics.ts'
import { type ProxyMetrics, proxyMetrics } from '../ops/metrics/proxy-metrics.ts'
import { type RetentionMetrics, retentionMetrics } from '../ops/metrics/retention-metrics.ts'
import { type ScrubMetrics, scrubMetrics } from '../ops/metrics/scrub-metrics.ts'
import { type StoreRequest, storeMetrics } from '../ops/metrics/store-metrics.ts'
import type { Tracing } from '../ops/tracing.ts'
import type { Tally } from '../storage/tally.ts'
import { version } from './embedded.ts'
import { openTracing } from './open-tracing.ts'

/** Those who look on while the registry works: nobody, unless metrics or traces are asked for. */
export interface Observers {
  readonly metrics?: Metrics | undefined
  readonly tracing?: Tracing | undefined
  /** To be told of every request to the store. */
  readonly storeRequest?: ((request: StoreRequest) => void) | undefined
}

export interface Metrics {
  readonly requests: RequestMetrics
  readonly tally: (cache: Cache) => Tally
  readonly authFailed: (reason: AuthFailure) => void
  readonly collection: CollectionMetrics
  readonly proxy: ProxyMetrics
  readonly retention: RetentionMetrics
  readonly scrub: ScrubMetrics
  /** In Prometheus' format, with what the parts tell of themselves; once, when all of them are there. */
  expose(parts: Parts): () => string
}

export async function observersFor({ http }: Config, environment: Environment, log: Log): Promise<Observers> {
  const { addr, prometheus } = http.debug
  const tracing = await openTracing(environment, log)
  if (addr === undefined || !prometheus.enabled) return { tracing, storeRequest: tracing?.storeRequest }

  const set = metricSet()
  const requests = requestMetrics(set)
  const measure = storeMetrics(set)
  const tally = cacheMetrics(set)
  const authFailed = authMetrics(set)
  const collection = collectionMetrics(set)
  const proxy = proxyMetrics(set)
  const retention = retentionMetrics(set)
  const scrub = scrubMetrics(set)
  return {
    tracing,
    metrics: {
      requests,
      tally,
      authFailed,
      collection,
      proxy,
      retention,
      scrub,
      expose(parts) {
        partMetrics(set, parts)
        processMetrics(set, { version: version(), node: process.versions.node })
        return set.text
      },
    },
    storeRequest: tracing
      ? request => {
          measure(request)
          tracing.storeRequest(request)
        }
      : measure,
  }
}
