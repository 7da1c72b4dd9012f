import type { MetricSet } from './metric-set.ts'

/** One request to the store, when it has ended. */
export interface StoreRequest {
  readonly operation: string
  /** From 1; above it, the call is being made again. */
  readonly attempt: number
  /** Absent if no answer came. */
  readonly status: number | undefined
  readonly durationMs: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

/** Seconds: a store next door answers in milliseconds, a copy of gigabytes in minutes. */
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** What the store is asked, how it answers, and how long that takes: by operation, in the words of the Amazon S3 API Reference. */
export function storeMetrics(set: MetricSet): (request: StoreRequest) => void {
  const requests = set.counter(
    'registry_s3_requests_total',
    'Requests to the store by operation and result: the class of the status, or error where no answer came.',
    ['operation', 'result'],
  )
  const durations = set.histogram(
    'registry_s3_request_duration_seconds',
    'How long a request to the store took, to the end of the answer.',
    ['operation'],
    bounds,
  )
  const retries = set.counter('registry_s3_retries_total', 'Requests that were made again after a failure that passes.', ['operation'])
  const sent = set.counter('registry_s3_sent_bytes_total', 'Bytes of bodies sent to the store.', ['operation'])
  const received = set.counter('registry_s3_received_bytes_total', 'Bytes of bodies received from the store.', ['operation'])

  return ({ operation, attempt, status, durationMs, bytesSent, bytesReceived }) => {
    requests(operation, status === undefined ? 'error' : `${Math.floor(status / 100)}xx`).add()
    durations(operation).observe(durationMs / 1000)
    if (attempt > 1) retries(operation).add()
    sent(operation).add(bytesSent)
    received(operation).add(bytesReceived)
  }
}
