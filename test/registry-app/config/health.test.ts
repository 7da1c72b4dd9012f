import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const health = (text: string) => load(`storage: inmemory\nhealth: ${text}`).config.health

describe('the health section', () => {
  test('has defaults for all that Distribution has defaults for', () => {
    expect(health('{file: [{file: /tmp/down}], http: [{uri: "http://a.test/x"}], tcp: [{addr: "a.test:1"}]}')).toMatchObject({
      file: [{ file: '/tmp/down', interval: 10_000, threshold: 0 }],
      http: [{ uri: 'http://a.test/x', headers: {}, statuscode: 200, timeout: 5000, interval: 10_000, threshold: 0 }],
      tcp: [{ addr: 'a.test:1', timeout: 5000, interval: 10_000, threshold: 0 }],
    })
  })

  test('takes 0 for the default, as Go does', () => {
    expect(health('{http: [{uri: "http://a.test", interval: "0", timeout: "0", statuscode: 0}]}').http).toMatchObject([
      { interval: 10_000, timeout: 5000, statuscode: 200 },
    ])
  })

  test.each([
    ['{http: [{uri: "ftp://a.test"}]}', 'health.http.0.uri: must be an http or https URL'],
    ['{http: [{interval: 1s}]}', 'health.http.0.uri'],
    ['{file: [{threshold: 1}]}', 'health.file.0.file'],
    ['{tcp: [{addr: a.test}]}', 'health.tcp.0.addr: must be host:port'],
  ])('%s is refused', (text, complaint) => {
    expect(complaintsOf(`storage: inmemory\nhealth: ${text}`).join('\n')).toContain(complaint)
  })

  test('shows nobody what a check sends to prove who it is', () => {
    const text = '{http: [{uri: "ftp://user:secret-1@a.test", headers: {Authorization: ["secret-2\\n"]}}]}'
    expect(complaintsOf(`storage: inmemory\nhealth: ${text}`).join('\n')).not.toContain('secret-')
  })
})

describe('http.debug', () => {
  test.each([
    ['{addr: nowhere}', 'http.debug.addr: must be host:port'],
    ['{addr: ":5000"}', 'http.debug.addr: must be another address than http.addr'],
    ['{addr: "localhost:5001", prometheus: {path: metrics}}', 'http.debug.prometheus.path: must be a path such as /metrics'],
  ])('%s is refused', (debug, complaint) => {
    expect(complaintsOf(`storage: inmemory\nhttp: {addr: ":5000", debug: ${debug}}`).join('\n')).toContain(complaint)
  })

  test('without an address serves no metrics, and says so', () => {
    expect(load('storage: inmemory\nhttp: {debug: {prometheus: {enabled: true}}}').warnings).toEqual([
      expect.stringContaining('http.debug.prometheus.enabled: has no effect: metrics are served at http.debug.addr alone'),
    ])
  })
})
