import { expect, test } from 'vitest'
import { metricSet } from '../../../../registry-app/src/ops/metrics/metric-set.ts'
import { storeMetrics } from '../../../../registry-app/src/ops/metrics/store-metrics.ts'

test('requests to the store are counted by operation and result, with their time, their bytes, and how often they were made again', () => {
  const set = metricSet()
  const observe = storeMetrics(set)
  const put = { operation: 'PutObject', attempt: 1, status: 200, durationMs: 31.25, bytesSent: 500, bytesReceived: 0 }
  observe(put)
  observe({ ...put, status: 503, durationMs: 3000, bytesReceived: 80 })
  observe({ ...put, attempt: 2, status: undefined })
  observe({ ...put, operation: 'GetObject', status: 404, bytesSent: 0, bytesReceived: 7 })
  const samples = set.text().split('\n')
  for (const line of [
    'registry_s3_requests_total{operation="PutObject",result="2xx"} 1',
    'registry_s3_requests_total{operation="PutObject",result="5xx"} 1',
    'registry_s3_requests_total{operation="PutObject",result="error"} 1',
    'registry_s3_requests_total{operation="GetObject",result="4xx"} 1',
    'registry_s3_request_duration_seconds_bucket{operation="PutObject",le="0.05"} 2',
    'registry_s3_request_duration_seconds_sum{operation="PutObject"} 3.0625',
    'registry_s3_retries_total{operation="PutObject"} 1',
    'registry_s3_sent_bytes_total{operation="PutObject"} 1500',
    'registry_s3_received_bytes_total{operation="PutObject"} 80',
    'registry_s3_received_bytes_total{operation="GetObject"} 7',
  ]) {
    expect(samples).toContain(line)
  }
})
