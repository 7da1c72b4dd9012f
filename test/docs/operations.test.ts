import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type ExposedMetric, exposedMetrics } from './support/exposed-metrics.ts'

const docs = join(import.meta.dirname, '../../docs')
const read = (path: string) => readFileSync(join(docs, path), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly datasource?: { readonly uid: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[]
}

const rules = (parse(read('operations/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(group => group.rules)
const dashboard = JSON.parse(read('operations/dashboard.json')) as {
  schemaVersion: number
  uid: string
  panels: Panel[]
  templating: { list: { name: string; type: string }[] }
}
const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr }) => ({ where: `${title}, ${refId}`, expr })),
)

/** What a running registry exposes. */
let exposed: readonly ExposedMetric[] = []
beforeAll(async () => {
  exposed = await exposedMetrics()
}, 60_000)

/** The names that may stand in a query. `up` is Prometheus' own. */
const queryable = () =>
  new Set([
    'up',
    ...exposed.flatMap(({ name, type }) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => name + end) : [name])),
  ])

/** By Prometheus' own grammar. @throws where it cannot be read */
function metricsIn(query: string): string[] {
  const found: string[] = []
  parser.parse(query).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new SyntaxError(`not PromQL at ${from}: ${query}`)
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier')
        if (!name) throw new SyntaxError(`a selector without a metric's name: ${query.slice(from, to)}`)
        found.push(query.slice(name.from, name.to))
      }
    },
  })
  return found
}

/** As Grafana fills in its own variables. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|instance)\b/g, '.*')

test('the parser refuses what is no query, and finds the metrics of what is one', () => {
  expect(() => metricsIn('sum(rate(a_total[5m])')).toThrow(SyntaxError)
  expect(metricsIn('sum by (x) (rate(a_total{y="z"}[5m])) / (b - time())')).toEqual(['a_total', 'b'])
})

describe('metrics', () => {
  test('of a running registry are those that the page lists, with their types and meanings', async () => {
    const rows = exposed.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help.replaceAll('|', '\\|')} |`)
    const page = [
      '<!-- Generated from what a registry exposes by `npx vitest run test/docs -u`; edit registry-app/src/ops/metrics, not this page. -->',
      '',
      '# Metrics',
      '',
      'What `http.debug.prometheus` serves. Some are without a value where there is nothing to tell: no bucket, no certificate, no password.',
      '',
      '| metric | type | meaning |',
      '|---|---|---|',
      ...rows,
      '',
    ]
    await expect(page.join('\n')).toMatchFileSnapshot(join(docs, 'operations/metrics.md'))
  })

  test("have names as Prometheus' conventions want them", () => {
    for (const { name, type, help } of exposed) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      expect(name, 'in base units').not.toMatch(/_(ms|milliseconds|minutes|days|kilobytes|megabytes|percent)(_|$)/)
      expect(help.length, name).toBeGreaterThan(10)
    }
  })
})

describe('the alert', () => {
  test.each(rules)('$alert asks in PromQL for metrics that there are', ({ expr }) => {
    const names = metricsIn(expr)
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(queryable()).toContain(name)
  })

  test.each(rules)('$alert says what happened, how bad it is, and where to read on', ({ labels, annotations }) => {
    expect(['warning', 'critical']).toContain(labels.severity)
    expect(annotations.summary).toMatch(/\.$/)
    const [page, anchor] = annotations.runbook.split('#')
    expect(page).toBe('docs/operations.md')
    const headings = [...read('operations.md').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'))
    expect(headings).toContain(anchor)
  })
})

describe('the dashboard', () => {
  test.each(targets)('asks in PromQL for metrics that there are: $where', ({ expr }) => {
    const names = metricsIn(filledIn(expr))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(queryable()).toContain(name)
  })

  test('can be imported: it has what Grafana needs of it, and of each panel', () => {
    expect(dashboard).toMatchObject({ schemaVersion: expect.any(Number), uid: 'bucket-registry', title: 'Registry' })
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const { type, title, targets, datasource } of dashboard.panels) {
      expect(['row', 'stat', 'timeseries'], title).toContain(type)
      expect(type === 'row' || (targets ?? []).length > 0, title).toBe(true)
      if (type !== 'row') expect(datasource?.uid, title).toMatch(/^\$\{datasource\}$/)
    }
    const variables = dashboard.templating.list.map(({ name }) => name)
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name)
    expect(used.filter(name => !name.startsWith('__') && !variables.includes(name))).toEqual([])
  })

  test('has no panel on top of another, or beyond the edge', () => {
    const taken = new Set<string>()
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
    }
  })

  test('shows every metric that is ours', () => {
    const shown = new Set(targets.flatMap(({ expr }) => metricsIn(filledIn(expr)).map(name => name.replace(/_bucket$/, ''))))
    expect(exposed.map(({ name }) => name).filter(name => name.startsWith('registry_') && !shown.has(name))).toEqual([])
  })
})
