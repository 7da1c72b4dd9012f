import type { Counter, Histogram } from './metric-set.ts'

/** A metric with all its series. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  samples(): Iterable<Sample>
}

export interface Sample {
  readonly name: string
  readonly labels: readonly (readonly [string, string])[]
  readonly value: number
}

export interface LabelledFamily<Series> extends MetricFamily {
  /** The series with these values, made when it is first asked for. */
  series(...values: readonly string[]): Series
}

interface Counted extends Counter {
  readonly value: number
}

export function counterFamily(name: string, help: string, labels: readonly string[]): LabelledFamily<Counter> {
  const all = seriesBy(labels, counted)
  if (labels.length === 0) all.find()
  return {
    name,
    type: 'counter',
    help,
    series: all.find,
    *samples() {
      for (const [pairs, { value }] of all.every()) yield { name, labels: pairs, value }
    },
  }
}

function counted(): Counted {
  let value = 0
  return {
    get value() {
      return value
    },
    add(by = 1) {
      value += by
    },
  }
}

export function histogramFamily(
  name: string,
  help: string,
  labels: readonly string[],
  bounds: readonly number[],
): LabelledFamily<Histogram> {
  const all = seriesBy(labels, () => measured(bounds))
  return {
    name,
    type: 'histogram',
    help,
    series: all.find,
    *samples() {
      for (const [pairs, { counts, sum }] of all.every()) {
        let below = 0
        for (const [index, count] of counts.entries()) {
          below += count
          yield { name: `${name}_bucket`, labels: [...pairs, ['le', String(bounds[index] ?? '+Inf')]], value: below }
        }
        yield { name: `${name}_sum`, labels: pairs, value: sum }
        yield { name: `${name}_count`, labels: pairs, value: below }
      }
    },
  }
}

interface Measured extends Histogram {
  /** Of the values up to each bound and above the one before it; the last one, of those above all of them. */
  readonly counts: readonly number[]
  readonly sum: number
}

function measured(bounds: readonly number[]): Measured {
  const counts = [...bounds, Number.POSITIVE_INFINITY].map(() => 0)
  let sum = 0
  return {
    counts,
    get sum() {
      return sum
    },
    observe(value) {
      let at = 0
      while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1
      counts[at] = (counts[at] ?? 0) + 1
      sum += value
    },
  }
}

/** @param make a new series */
function seriesBy<Series>(labels: readonly string[], make: () => Series) {
  const all = new Map<string, { values: readonly string[]; series: Series }>()
  return {
    find(...values: readonly string[]): Series {
      const key = values.join('\n')
      const known = all.get(key)
      if (known) return known.series
      const series = make()
      all.set(key, { values, series })
      return series
    },
    *every(): Generator<readonly [(readonly [string, string])[], Series]> {
      for (const { values, series } of all.values()) yield [labels.map((name, index) => [name, values[index] ?? ''] as const), series]
    },
  }
}
