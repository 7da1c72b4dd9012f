import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { MetricSet } from './metric-set.ts'

/** Milliseconds between two looks at how late the event loop is. */
const resolution = 20

/**
 * What Prometheus' client libraries tell of every process, and of every Node.js, by the same names: so that dashboards made for them work here too.
 *
 * @param name by which the versions are told, such as `{ version: '1.2.3' }`
 */
export function processMetrics(set: MetricSet, build: Readonly<Record<string, string>>): void {
  set.gauge('registry_build_info', 'Which version this is, and of Node.js; always 1.', () => [{ labels: build, value: 1 }])

  set.total('process_cpu_seconds_total', 'CPU time, of user and system, in seconds.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  set.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  set.gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => performance.timeOrigin / 1000)
  set.gauge('process_open_fds', 'Open file descriptors; Linux alone tells.', openFiles)
  memoryMetrics(set)
  eventLoopMetrics(set)
}

function memoryMetrics(set: MetricSet): void {
  set.gauge('nodejs_heap_size_total_bytes', 'What V8 has taken for JavaScript objects.', () => process.memoryUsage().heapTotal)
  set.gauge('nodejs_heap_size_used_bytes', 'What of it is used.', () => process.memoryUsage().heapUsed)
  set.gauge('nodejs_external_memory_bytes', 'Memory outside the heap: buffers above all.', () => process.memoryUsage().external)
}

function eventLoopMetrics(set: MetricSet): void {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  /** What is beyond the resolution is delay. Nanoseconds, and none where nothing was measured yet. */
  const seconds = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolution / 1000) : 0)
  const quantile = (percent: number) => seconds(delay.count === 0 ? 0 : delay.percentile(percent))
  set.gauge('nodejs_eventloop_lag_p50_seconds', 'How late the event loop was since the last scrape: the median.', () => quantile(50))
  set.gauge('nodejs_eventloop_lag_p99_seconds', 'How late the event loop was since the last scrape: the 99th percentile.', () =>
    quantile(99),
  )
  // The last of those that read the histogram: the next scrape begins anew.
  set.gauge('nodejs_eventloop_lag_max_seconds', 'How late the event loop was since the last scrape: the longest.', () => {
    const longest = seconds(delay.count === 0 ? 0 : delay.max)
    delay.reset()
    return longest
  })
  set.total(
    'nodejs_eventloop_active_seconds_total',
    'How long the event loop was busy: its rate is the share of one core that the main thread needs.',
    () => performance.eventLoopUtilization().active / 1000,
  )
}

function openFiles(): number | undefined {
  if (process.platform !== 'linux') return undefined
  // One of them is the folder itself, while it is read.
  return readdirSync('/proc/self/fd').length - 1
}
