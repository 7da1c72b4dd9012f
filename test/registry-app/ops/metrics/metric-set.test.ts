import { describe, expect, test } from 'vitest'
import { metricSet } from '../../../../registry-app/src/ops/metrics/metric-set.ts'

describe('a set of metrics, in text', () => {
  test('has a counter with its help, its type and a line for each series', () => {
    const set = metricSet()
    const requests = set.counter('requests_total', 'Requests.', ['route', 'code'])
    requests('/v2/', '200').add()
    requests('/v2/', '200').add(2)
    requests('/v2/', '404').add()
    expect(set.text()).toBe(
      [
        '# HELP requests_total Requests.',
        '# TYPE requests_total counter',
        'requests_total{route="/v2/",code="200"} 3',
        'requests_total{route="/v2/",code="404"} 1',
        '',
      ].join('\n'),
    )
  })

  test('counts a value in every bucket that is not below it, and in the last one whatever it is', () => {
    const set = metricSet()
    const durations = set.histogram('duration_seconds', 'Durations.', ['route'], [0.1, 1])
    for (const value of [0.05, 0.1, 0.5, 7]) durations('/').observe(value)
    expect(set.text().split('\n').slice(2, -1)).toEqual([
      'duration_seconds_bucket{route="/",le="0.1"} 2',
      'duration_seconds_bucket{route="/",le="1"} 3',
      'duration_seconds_bucket{route="/",le="+Inf"} 4',
      'duration_seconds_sum{route="/"} 7.65',
      'duration_seconds_count{route="/"} 4',
    ])
  })

  test('begins a counter without labels at 0, and names what has no series yet', () => {
    const set = metricSet()
    set.counter('alone_total', 'Alone.')
    set.counter('labelled_total', 'Labelled.', ['reason'])
    set.gauge('absent', 'Nothing to tell.', () => undefined)
    expect(set.text()).toBe(
      '# HELP alone_total Alone.\n# TYPE alone_total counter\nalone_total 0\n# HELP labelled_total Labelled.\n# TYPE labelled_total counter\n# HELP absent Nothing to tell.\n# TYPE absent gauge\n',
    )
  })

  test('asks for a gauge each time', () => {
    const set = metricSet()
    let value = 1
    set.gauge('level', 'Level.', () => value)
    expect(set.text()).toContain('\nlevel 1\n')
    value = 2
    expect(set.text()).toContain('\nlevel 2\n')
  })

  test.each([
    ['a "quote"', 'a \\"quote\\"'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
  ])('writes the label value %j as it must be', (value, written) => {
    const set = metricSet()
    set.gauge('g', 'G.', () => [{ labels: { l: value }, value: Number.POSITIVE_INFINITY }])
    expect(set.text()).toContain(`g{l="${written}"} +Inf\n`)
  })

  test('refuses two metrics of one name', () => {
    const set = metricSet()
    set.counter('one_total', 'One.')
    expect(() => set.gauge('one_total', 'Another.', () => 1)).toThrow('two metrics are called one_total')
  })
})
