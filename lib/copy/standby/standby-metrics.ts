import { metricSet } from '../../../registry-app/src/ops/metrics/metric-set.ts'
import type { Progress } from '../progress.ts'

export interface StandbyMetrics {
  /** A pass has ended. @param began milliseconds since 1970 @param inStep the target has all that the source had then */
  passed(progress: Progress, began: number, inStep: boolean): void
  /** A pass that came to nothing. */
  failed(): void
  /** In Prometheus' text format. */
  text(): string
}

/** @param pending how many images are known to differ @param now milliseconds since 1970 */
export function standbyMetrics(pending: () => number, now: () => number): StandbyMetrics {
  const started = now()
  let inStep: number | undefined
  const set = metricSet()
  const passes = set.counter('standby_passes_total', 'Comparisons of the two sides, by how they ended: in_step, behind or failed.', [
    'result',
  ])
  const images = set.counter('standby_images_total', 'Images by what became of them: copied, deleted or failed.', ['result'])
  const bytes = set.counter('standby_sent_bytes_total', 'Bytes of blobs that were sent to the target.', [])()
  for (const result of ['in_step', 'behind', 'failed']) passes(result)
  for (const result of ['copied', 'deleted', 'failed']) images(result)
  set.gauge(
    'standby_lag_seconds',
    'Whatever the source had so many seconds ago, the target has; before that is known for the first time, how long this process runs.',
    () => (now() - (inStep ?? started)) / 1000,
  )
  set.gauge(
    'standby_in_step_timestamp_seconds',
    'When the last comparison began after which the target had everything.',
    () => inStep && inStep / 1000,
  )
  set.gauge('standby_images_pending', 'Images that are known to differ, and are not copied yet.', pending)

  return {
    passed({ total }, began, isInStep) {
      if (isInStep) inStep = began
      passes(isInStep ? 'in_step' : 'behind').add()
      images('copied').add(total.copied)
      images('deleted').add(total.deleted)
      images('failed').add(total.failed)
      bytes.add(total.bytes)
    },
    failed: () => passes('failed').add(),
    text: set.text,
  }
}
