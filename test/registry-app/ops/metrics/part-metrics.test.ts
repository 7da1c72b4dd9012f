import { describe, expect, test } from 'vitest'
import { authMetrics } from '../../../../registry-app/src/ops/metrics/auth-metrics.ts'
import { metricSet } from '../../../../registry-app/src/ops/metrics/metric-set.ts'
import { partMetrics } from '../../../../registry-app/src/ops/metrics/part-metrics.ts'
import { partMemory } from '../../../../registry-app/src/storage/s3/part-memory.ts'

describe('the gauges of the parts', () => {
  test('tell what the parts know', () => {
    const set = metricSet()
    partMetrics(set, {
      uploadMemory: () => ({ limit: 100, used: 60, waiting: 2 }),
      certificates: () => [{ names: ['registry.test', 'www.registry.test'], notAfter: new Date('2026-03-01T00:00:00Z') }],
      authWaiting: () => 3,
      notificationsWaiting: () => [{ endpoint: 'hook', events: 4 }],
      health: {
        healthy: () => false,
        watched: [
          { name: 'storagedriver_s3', failure: undefined },
          { name: '/tmp/down', failure: 'file exists' },
        ],
      },
    })
    expect(
      set
        .text()
        .split('\n')
        .filter(line => !line.startsWith('#') && line !== ''),
    ).toEqual([
      'registry_upload_memory_limit_bytes 100',
      'registry_upload_memory_used_bytes 60',
      'registry_upload_memory_waiting 2',
      'registry_certificate_not_after_timestamp_seconds{certificate="registry.test"} 1772323200',
      'registry_auth_waiting 3',
      'registry_notifications_waiting{endpoint="hook"} 4',
      'registry_health_check_up{check="storagedriver_s3"} 1',
      'registry_health_check_up{check="/tmp/down"} 0',
    ])
  })

  test('have no value where there is no such part', () => {
    const set = metricSet()
    partMetrics(set, {})
    expect(
      set
        .text()
        .split('\n')
        .filter(line => !line.startsWith('#')),
    ).toEqual([''])
  })
})

test('the memory for parts of uploads tells what is taken of it, and who waits', async () => {
  const memory = partMemory(10)
  const share = await memory.reserve(8)
  const later = memory.reserve(5)
  expect(memory.state()).toEqual({ limit: 10, used: 8, waiting: 1 })
  share.release()
  await later
  expect(memory.state()).toEqual({ limit: 10, used: 5, waiting: 0 })
})

test('who was not let in is counted by reason, each from 0', () => {
  const set = metricSet()
  const failed = authMetrics(set)
  failed('invalid')
  for (const [reason, count] of Object.entries({ missing: 0, invalid: 1, denied: 0 })) {
    expect(set.text()).toContain(`registry_auth_failures_total{reason="${reason}"} ${count}\n`)
  }
})
