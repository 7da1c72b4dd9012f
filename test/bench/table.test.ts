import { expect, it } from 'vitest'
import { table } from './table.ts'

it('is Markdown whose columns stand straight', () => {
  const rows = [
    {
      workload: 'pull',
      figure: 'throughput',
      unit: 'MB/s',
      ours: 1234.5,
      distribution: 99.5,
      ratio: 12.4,
      ratios: [10, 13.371] as const,
      goal: 'ratio ≥ 0.9',
      met: true,
    },
    { workload: 'pull', figure: 'CPU', unit: 's', ours: 1.5, goal: 'ours ≤ 1', met: false },
    { workload: 'start', figure: 'memory', unit: 'MiB', distribution: 44, goal: 'ours ≤ 9' },
  ]
  expect(table(rows)).toBe(
    `
| workload | figure           |  ours | Distribution | ratio | in any round | goal        | met          |
|----------|------------------|------:|-------------:|------:|-------------:|-------------|--------------|
| pull     | throughput, MB/s | 1,235 |         99.5 | 12.40 |  10.00–13.37 | ratio ≥ 0.9 | yes          |
|          | CPU, s           |  1.50 |            – |     – |            – | ours ≤ 1    | NO           |
| start    | memory, MiB      |     – |         44.0 |     – |            – | ours ≤ 9    | not measured |
`.trim(),
  )
})
