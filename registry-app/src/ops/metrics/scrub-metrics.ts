import type { MetricSet } from './metric-set.ts'

/** To be told by whoever reads blobs through to find damage. */
export interface ScrubMetrics {
  read(some: { blobs: number; bytes: number; damaged: number; unreadable: number }): void
  ended(at: number): void
  failed(): void
}

export function scrubMetrics(set: MetricSet): ScrubMetrics {
  const passes = set.counter(
    'registry_scrubs_total',
    'Times that this process has read through all blobs, or gone on where another one was ended, by result: ok or failed.',
    ['result'],
  )
  const results = { ok: passes('ok'), failed: passes('failed') }
  const blobs = set.counter('registry_scrubbed_blobs_total', 'Blobs that this process has read through.', [])()
  const bytes = set.counter('registry_scrubbed_bytes_total', 'Their bytes.', [])()
  const found = set.counter(
    'registry_scrub_findings_total',
    'Blobs that were found to be damaged or unreadable, by which of both, in each pass anew.',
    ['finding'],
  )
  const findings = { damaged: found('damaged'), unreadable: found('unreadable') }
  let last: number | undefined
  set.gauge(
    'registry_scrubbed_timestamp_seconds',
    'When this process came to the end of all blobs last, in seconds since 1970.',
    () => last && last / 1000,
  )
  return {
    read(some) {
      blobs.add(some.blobs)
      bytes.add(some.bytes)
      findings.damaged.add(some.damaged)
      findings.unreadable.add(some.unreadable)
    },
    ended(at) {
      results.ok.add()
      last = at
    },
    failed: () => results.failed.add(),
  }
}
