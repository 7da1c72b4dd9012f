import type { LoadReport } from './load-report.ts'

/** What one measurement of one registry gave. */
export interface Sample {
  /** From the start of the process to its first answer. */
  readonly startMs: number
  readonly load: LoadReport
  /** What the store was asked meanwhile, where that was counted. */
  readonly storeRequests?: number | undefined
}

export type Goal = { readonly ratioAtLeast: number } | { readonly ratioAtMost: number } | { readonly oursAtMost: number }

/** One figure of a workload: a row of the table. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly of: (sample: Sample) => number
  /** What stands for all rounds: the median, or the highest where the figure is about a limit. */
  readonly over: 'median' | 'highest'
  readonly goal?: Goal
}

export const throughput = (goal?: Goal) => median('throughput', 'MB/s', ({ load }) => load.mb_per_s, goal)

export const rate = (unit: string, goal?: Goal) => median('rate', unit, ({ load }) => load.ops_per_s, goal)

export const bytesPerCpu = median('per CPU second', 'MB', ({ load }) => load.mb_per_cpu_s)

export const operationsPerCpu = median('per CPU second', 'requests', ({ load }) => load.ops_per_cpu_s)

export const pushesPerCpu = median('per CPU second', 'pushes', ({ load }) => load.ops_per_cpu_s)

export const cpuPerGb = (goal: Goal) => median('CPU', 's/GB', ({ load }) => load.server_cpu_s / (load.bytes / 1e9), goal)

export const storeRequests = (what: string) =>
  median('requests to S3', what, ({ load, storeRequests = Number.NaN }) => storeRequests / load.operations)

export const cpu = median('CPU', 's', ({ load }) => load.server_cpu_s)

export const peakMemory = (goal?: Goal): Figure => ({
  ...median('peak memory', 'MiB', ({ load }) => load.server_peak_mib, goal),
  over: 'highest',
})

export const startTime = median('start to first answer', 'ms', ({ startMs }) => startMs, { oursAtMost: 500 })

export const idleMemory = median('memory', 'MiB', ({ load }) => load.server_last_mib)

function median(name: string, unit: string, of: Figure['of'], goal?: Goal): Figure {
  return { name, unit, of, over: 'median', ...(goal && { goal }) }
}
