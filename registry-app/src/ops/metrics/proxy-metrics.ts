import type { MetricSet } from './metric-set.ts'

/** To be told by whoever caches other registries; `upstream` is a prefix or a host of the configuration. */
export interface ProxyMetrics {
  answered(upstream: string, wanted: string, outcome: string): void
  received(upstream: string, bytes: number): void
  failed(upstream: string, error: { readonly failure: string }): void
  remaining(upstream: string, requests: number): void
}

export function proxyMetrics(set: MetricSet): ProxyMetrics {
  const answers = set.counter(
    'registry_proxy_requests_total',
    'What was asked of a pull-through cache, by upstream, by what it was (tag, manifest, blob), and by where it came from: hit, miss, joined (another client was being given it) or stale (the upstream did not answer).',
    ['upstream', 'wanted', 'result'],
  )
  const bytes = set.counter('registry_proxy_upstream_bytes_total', 'Bytes of blobs that came from an upstream.', ['upstream'])
  const failures = set.counter(
    'registry_proxy_upstream_failures_total',
    'Requests that an upstream did not answer with what was asked for: unknown, denied, limited (429), away, or wrong (a digest, a size, a place that is not trusted).',
    ['upstream', 'failure'],
  )
  const left = new Map<string, number>()
  set.gauge('registry_proxy_upstream_ratelimit_remaining', 'What an upstream says is left of its rate limit, such as Docker Hub.', () =>
    [...left].map(([upstream, value]) => ({ labels: { upstream }, value })),
  )
  return {
    answered: (...labels) => answers(...labels).add(),
    received: (upstream, count) => bytes(upstream).add(count),
    failed: (upstream, { failure }) => failures(upstream, failure).add(),
    remaining: (upstream, requests) => void left.set(upstream, requests),
  }
}
