import type { Ceiling } from './ceiling.ts'
import type { LoadReport } from './load-report.ts'
import type { Series } from './rounds.ts'
import { median } from './summary.ts'
import type { Workload } from './workload.ts'

type Reached = Pick<Series, 'samples'> & { readonly workload: Pick<Workload, 'underCeiling'> }

/** In a sentence: what MinIO itself takes, and what share of that came through a mere relay, and through each registry. */
export function nearness(series: readonly Reached[], ceiling: readonly Ceiling[]): string {
  const speed = (loads: readonly LoadReport[]) => median(loads.map(({ mb_per_s }) => mb_per_s))
  const most = speed(ceiling.map(({ minio }) => minio))
  const share = (loads: readonly LoadReport[]) => (speed(loads) / most).toFixed(2)
  const reachedBy = (id: 'ours' | 'distribution', name: string) => {
    const shares = series.flatMap(({ workload, samples }) => {
      if (!workload.underCeiling || samples[id].length === 0) return []
      return `${share(samples[id].map(({ load }) => load))} (${workload.underCeiling})`
    })
    return shares.length > 0 ? [`${name} reached ${shares.join(' and ')}`] : []
  }
  const relay = `a relay that computes digests and does nothing else reached ${share(ceiling.map(({ relay }) => relay))} (put)`
  const reached = [relay, ...reachedBy('ours', 'ours'), ...reachedBy('distribution', 'Distribution')].join(', ')
  return `the ceiling: MinIO itself takes PutObject of 64 MiB, 2 at a time, at ${most.toFixed(0)} MB/s; of that, ${reached}`
}
