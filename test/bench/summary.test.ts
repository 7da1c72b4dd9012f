import { describe, expect, it } from 'vitest'
import { peakMemory, type Sample, throughput } from './figures.ts'
import type { LoadReport } from './load-report.ts'
import { judge, median, summarise } from './summary.ts'

const sample = (load: Partial<LoadReport>): Sample => ({ startMs: 1, load: load as LoadReport })
const workload = { id: 'w', title: 'push', storage: { kind: 'filesystem' } as const, prepare: [], warm: [], measured: ['push'] as const }

describe('summarise', () => {
  it('compares medians, and shows between which ratios single rounds lay', () => {
    const samples = {
      ours: [300, 100, 200].map(mb_per_s => sample({ mb_per_s })),
      distribution: [100, 100, 400].map(mb_per_s => sample({ mb_per_s })),
    }
    expect(summarise([{ workload: { ...workload, figures: [throughput({ ratioAtLeast: 1 })] }, samples }])).toEqual([
      {
        workload: 'push',
        figure: 'throughput',
        unit: 'MB/s',
        ours: 200,
        distribution: 100,
        ratio: 2,
        ratios: [0.5, 3],
        goal: 'ratio ≥ 1',
        met: true,
      },
    ])
  })

  it('takes the highest peak of all rounds, and judges a limit without a peer', () => {
    const samples = { ours: [240, 251, 200].map(server_peak_mib => sample({ server_peak_mib })), distribution: [] }
    const [row] = summarise([{ workload: { ...workload, figures: [peakMemory({ oursAtMost: 250 })] }, samples }])
    expect(row).toMatchObject({ ours: 251, met: false })
  })
})

it.each([
  { values: { ours: 1, distribution: 1, ratio: 0.999 }, atLeast: false, atMost: true },
  { values: { ours: 1, distribution: 1, ratio: 1 }, atLeast: true, atMost: true },
  { values: { ours: 1, distribution: 1, ratio: 1.001 }, atLeast: true, atMost: false },
  { values: { ours: 1 }, atLeast: undefined, atMost: undefined },
])('$values is at least a ratio of 1: $atLeast; at most: $atMost', ({ values, atLeast, atMost }) => {
  expect(judge(values, { ratioAtLeast: 1 }).met).toBe(atLeast)
  expect(judge(values, { ratioAtMost: 1 }).met).toBe(atMost)
})

it.each([
  { values: [3, 1, 2], middle: 2 },
  { values: [4, 1, 2, 3], middle: 2.5 },
  { values: [7], middle: 7 },
])('the median of $values is $middle', ({ values, middle }) => {
  expect(median(values)).toBe(middle)
})
