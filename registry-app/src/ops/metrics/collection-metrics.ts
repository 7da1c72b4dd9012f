import type { MetricSet } from './metric-set.ts'

/** To be told by whoever collects garbage. */
export interface CollectionMetrics {
  ended(run: { freed: { blobs: number; size: number }; condemned: { blobs: number; size: number }; at: number }): void
  failed(): void
}

export function collectionMetrics(set: MetricSet): CollectionMetrics {
  const runs = set.counter(
    'registry_garbage_collections_total',
    'Times that this process has collected garbage, by result: ok or failed.',
    ['result'],
  )
  const known = { ok: runs('ok'), failed: runs('failed') }
  const blobs = set.counter('registry_garbage_freed_blobs_total', 'Blobs that this process has deleted as garbage.', [])()
  const bytes = set.counter('registry_garbage_freed_bytes_total', 'Their bytes.', [])()
  let last: { blobs: number; size: number; at: number } | undefined
  set.gauge(
    'registry_garbage_condemned_bytes',
    'Bytes that were found to be garbage the last time that this process looked, and wait for their grace to end.',
    () => last?.size,
  )
  set.gauge(
    'registry_garbage_collected_timestamp_seconds',
    'When this process collected garbage last, in seconds since 1970.',
    () => last && last.at / 1000,
  )
  return {
    ended({ freed, condemned, at }) {
      known.ok.add()
      blobs.add(freed.blobs)
      bytes.add(freed.size)
      last = { ...condemned, at }
    },
    failed: () => known.failed.add(),
  }
}
