import type { MetricSet } from './metric-set.ts'

/** To be told by whoever applies the rules of retention, and by whoever writes down the last pulls. */
export interface RetentionMetrics {
  ended(run: { kept: number; removed: number; failed: number; at: number }): void
  failed(): void
  pullsWritten(result: 'ok' | 'failed'): void
}

export function retentionMetrics(set: MetricSet): RetentionMetrics {
  const runs = set.counter(
    'registry_retention_runs_total',
    'Times that this process has applied the rules of retention, by result: ok, partial where some repositories were left alone, or failed.',
    ['result'],
  )
  const known = { ok: runs('ok'), partial: runs('partial'), failed: runs('failed') }
  const removed = set.counter('registry_retention_removed_tags_total', 'Tags that this process has removed by them.', [])()
  let last: { kept: number; at: number } | undefined
  set.gauge(
    'registry_retention_kept_tags',
    'Tags that the rules were about and that stayed, the last time that this process applied them.',
    () => last?.kept,
  )
  set.gauge(
    'registry_retention_applied_timestamp_seconds',
    'When this process applied the rules of retention last, in seconds since 1970.',
    () => last && last.at / 1000,
  )
  const writes = set.counter(
    'registry_last_pulls_writes_total',
    'Times that this process has written down which images were pulled (policy.lastpulls), by result: ok or failed.',
    ['result'],
  )
  const written = { ok: writes('ok'), failed: writes('failed') }
  return {
    ended(run) {
      known[run.failed > 0 ? 'partial' : 'ok'].add()
      removed.add(run.removed)
      last = run
    },
    failed: () => known.failed.add(),
    pullsWritten: result => written[result].add(),
  }
}
