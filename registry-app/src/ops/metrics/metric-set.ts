import { counterFamily, histogramFamily, type LabelledFamily, type MetricFamily } from './families.ts'

/*
 * Written here rather than taken from prom-client: there each count puts its labels together to a key anew, and here a
 * series is looked up once. All that is counted of a request takes a quarter of a microsecond.
 */

/** Something that only grows. */
export interface Counter {
  add(by?: number): void
}

/** Values, counted by how large they are. */
export interface Histogram {
  observe(value: number): void
}

/** One series as it is when somebody asks. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Asked at each scrape; `undefined`: there is nothing to tell. */
export type Read = () => number | undefined | readonly Reading[]

/** All that this process measures. Names follow https://prometheus.io/docs/practices/naming/. */
export interface MetricSet {
  /** @param labels their names; whoever has the values looks the counter up, and keeps it where it is used often */
  counter(name: string, help: string, labels?: readonly string[]): (...values: readonly string[]) => Counter
  /** @param bounds the upper ones, ascending, in the unit that the name ends with */
  histogram(name: string, help: string, labels: readonly string[], bounds: readonly number[]): (...values: readonly string[]) => Histogram
  /** Something that goes up and down, and is known when it is asked for. */
  gauge(name: string, help: string, read: Read): void
  /** Something that only grows, and is counted elsewhere. */
  total(name: string, help: string, read: Read): void
  /** In Prometheus' text format, version 0.0.4. */
  text(): string
}

export function metricSet(): MetricSet {
  const families = new Map<string, MetricFamily>()

  function add<Family extends MetricFamily>(family: Family): Family {
    if (families.has(family.name)) throw new TypeError(`two metrics are called ${family.name}`)
    families.set(family.name, family)
    return family
  }
  const looked = <Series>(family: LabelledFamily<Series>) => {
    add(family)
    return family.series
  }
  const readFamily = (name: string, type: 'gauge' | 'counter', help: string, read: Read) =>
    void add({ name, type, help, samples: () => readings(name, read) })

  return {
    counter: (name, help, labels = []) => looked(counterFamily(name, help, labels)),
    histogram: (name, help, labels, bounds) => looked(histogramFamily(name, help, labels, bounds)),
    gauge: (name, help, read) => readFamily(name, 'gauge', help, read),
    total: (name, help, read) => readFamily(name, 'counter', help, read),
    text: () => [...families.values()].map(familyText).join(''),
  }
}

/** What has no series yet is named all the same: whoever looks for it sees that it exists. */
function familyText({ name, type, help, samples }: MetricFamily): string {
  let text = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
  for (const { name: sample, labels, value } of samples()) text += `${sample}${labelText(labels)} ${valueText(value)}\n`
  return text
}

function readings(name: string, read: Read) {
  const found = read()
  if (found === undefined) return []
  const all = typeof found === 'number' ? [{ value: found }] : found
  return all.map(({ labels = {}, value }: Reading) => ({ name, labels: Object.entries(labels), value }))
}

function labelText(labels: readonly (readonly [string, string])[]): string {
  return labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const valueText = (value: number) =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
