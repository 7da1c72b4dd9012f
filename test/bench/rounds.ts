import type { Contender } from './contender.ts'
import type { Sample } from './figures.ts'
import type { Workload } from './workload.ts'

/** The samples of one workload: by contender, one a round, in order. */
export interface Series {
  readonly workload: Workload
  readonly samples: Readonly<Record<Contender['id'], readonly Sample[]>>
}

type Measure = (contender: Contender, workload: Workload, round: number) => Promise<Sample>

/**
 * Measures A B A B …: what the machine does meanwhile meets both, and each pair of neighbours gives a ratio of its own.
 *
 * @param beforeRound what else is measured once a round
 */
export async function interleave(
  contenders: readonly Contender[],
  workloads: readonly Workload[],
  rounds: number,
  measure: Measure,
  beforeRound: () => Promise<void>,
): Promise<Series[]> {
  const series = workloads.map(workload => ({ workload, samples: { ours: [] as Sample[], distribution: [] as Sample[] } }))
  for (let round = 1; round <= rounds; round++) {
    await beforeRound()
    for (const { workload, samples } of series) {
      for (const contender of contenders) {
        if (contender.id === 'distribution' && workload.guarded === 'token') continue
        samples[contender.id].push(await measure(contender, workload, round))
      }
    }
  }
  return series
}
