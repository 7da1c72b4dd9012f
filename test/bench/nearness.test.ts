import { expect, it } from 'vitest'
import type { LoadReport } from './load-report.ts'
import { nearness } from './nearness.ts'

const loads = (...speeds: number[]) => speeds.map(mb_per_s => ({ mb_per_s }) as LoadReport)
const ceiling = (minio: number[], relay: number[]) =>
  loads(...minio).map((load, at) => ({ minio: load, relay: loads(...relay)[at] ?? load }))
const samples = (...speeds: number[]) => loads(...speeds).map(load => ({ startMs: 1, load }))

it('compares the pushes with what MinIO takes, median with median', () => {
  const series = [
    { workload: { underCeiling: 'docker' }, samples: { ours: samples(200, 100, 300), distribution: samples(80, 80, 40) } },
    { workload: { underCeiling: 'put' }, samples: { ours: samples(300), distribution: samples(60) } },
    { workload: {}, samples: { ours: samples(900), distribution: samples(900) } },
  ]
  expect(nearness(series, ceiling([500, 400, 300], [320, 100, 400]))).toBe(
    'the ceiling: MinIO itself takes PutObject of 64 MiB, 2 at a time, at 400 MB/s; of that, a relay that computes digests and does nothing else reached 0.80 (put), ours reached 0.50 (docker) and 0.75 (put), Distribution reached 0.20 (docker) and 0.15 (put)',
  )
})

it('leaves out who was not measured', () => {
  const series = [{ workload: { underCeiling: 'put' }, samples: { ours: [], distribution: samples(60) } }]
  expect(nearness(series, ceiling([300], [150]))).toContain('nothing else reached 0.50 (put), Distribution reached 0.20 (put)')
})
