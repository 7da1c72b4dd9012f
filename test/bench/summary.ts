import type { Figure, Goal } from './figures.ts'
import type { Series } from './rounds.ts'

/** A row of the table. */
export interface Row {
  readonly workload: string
  readonly figure: string
  readonly unit: string
  readonly ours?: number
  readonly distribution?: number
  /** Ours to Distribution's: of what stands for all rounds, and the lowest and highest of any one round. */
  readonly ratio?: number
  readonly ratios?: readonly [lowest: number, highest: number]
  readonly goal?: string
  readonly met?: boolean
}

/** One row for each figure of each workload. */
export const summarise = (series: readonly Series[]): Row[] =>
  series.flatMap(one => [...one.workload.figures.map(figure => row(one, figure)), ...besides(one, series)])

/** What is left of the rate of another workload: the median of what single rounds say, since what the machine does meanwhile meets both. */
function besides({ workload: { title, besides: against }, samples: { ours } }: Series, series: readonly Series[]): Row[] {
  const others = series.find(({ workload }) => workload.id === against?.id)?.samples.ours
  if (!against || !others?.length || ours.length === 0) return []
  const shares = ours.map(({ load }, round) => load.ops_per_s / (others[round]?.load.ops_per_s ?? Number.NaN))
  const share = median(shares)
  const figure = `share of ${against.id}`
  return [{ workload: title, figure, unit: 'of 1', ours: share, goal: `ours ≥ ${against.atLeast}`, met: share >= against.atLeast }]
}

function row({ workload, samples }: Series, figure: Figure): Row {
  const [ours, theirs] = [samples.ours.map(figure.of), samples.distribution.map(figure.of)]
  const together = figure.over === 'median' ? median : highest
  const values = {
    ...(ours.length > 0 && { ours: together(ours) }),
    ...(theirs.length > 0 && { distribution: together(theirs) }),
  }
  const named = { workload: workload.title, figure: figure.name, unit: figure.unit }
  return { ...named, ...judge({ ...values, ...compare(values, ours, theirs) }, figure.goal) }
}

type Values = Pick<Row, 'ours' | 'distribution' | 'ratio' | 'ratios'>

function compare({ ours, distribution }: Values, all: readonly number[], theirs: readonly number[]): Values {
  if (!ours || !distribution) return {}
  const ratios = all.map((value, round) => value / (theirs[round] ?? Number.NaN)).filter(Number.isFinite)
  return { ratio: ours / distribution, ratios: [Math.min(...ratios), Math.max(...ratios)] }
}

/** A goal is judged by the figures that the table shows, and only where they were measured. */
export function judge(values: Values, goal: Goal | undefined): Values & Pick<Row, 'goal' | 'met'> {
  if (!goal) return values
  if ('ratioAtLeast' in goal) return verdict(values, `ratio ≥ ${goal.ratioAtLeast}`, values.ratio, ratio => ratio >= goal.ratioAtLeast)
  if ('ratioAtMost' in goal) return verdict(values, `ratio ≤ ${goal.ratioAtMost}`, values.ratio, ratio => ratio <= goal.ratioAtMost)
  return verdict(values, `ours ≤ ${goal.oursAtMost}`, values.ours, ours => ours <= goal.oursAtMost)
}

function verdict(values: Values, goal: string, measured: number | undefined, meets: (measured: number) => boolean) {
  return { ...values, goal, ...(measured !== undefined && { met: meets(measured) }) }
}

/** How much of the machine went elsewhere while the clock ran, as the median of all samples: near 0 on a quiet one. */
export function othersShare(series: readonly Series[]): number {
  const all = series.flatMap(({ samples }) => [...samples.ours, ...samples.distribution])
  return median(all.map(({ load }) => load.others_cpu_share))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

const highest = (values: readonly number[]) => Math.max(...values)
