import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const http = (keys: string) => load(`storage: inmemory\nhttp: {${keys}}`).config.http

describe('a value', () => {
  test.each([
    ['yes', true],
    ['on', true],
    ['no', false],
    ['Off', false],
    ['true', true],
  ])('is read as YAML 1.1: relativeurls: %s', (written, meant) => {
    expect(http(`relativeurls: ${written}`).relativeurls).toBe(meant)
  })

  test('that is not given stays apart from false', () => {
    expect(http('').relativeurls).toBeUndefined()
  })

  test.each(['0123', 'no', '1e3', '0x1F', '12:30:45', '2024-01-01', '1_000'])('keeps its letters where it is text: secret: %s', written => {
    expect(http(`secret: ${written}`).secret).toBe(written)
  })

  test.each([
    ['/registry/', '/registry'],
    ['/a/b', '/a/b'],
    ['/', ''],
  ])('of http.prefix has no slash at its end: %s', (written, meant) => {
    expect(http(`prefix: ${written}`).prefix).toBe(meant)
  })

  test.each([
    ['https://registry.example.com/', 'https://registry.example.com'],
    ['http://registry.example.com:8080', 'http://registry.example.com:8080'],
  ])('of http.host has no slash at its end: %s', (written, meant) => {
    expect(http(`host: ${written}`).host).toBe(meant)
  })

  test.each([
    ['a number in quotes', 'maxconnections: "200"', 200],
    ['an underscore', 'maxconnections: 1_000', 1000],
  ])('that is a number may have %s', (_, written, meant) => {
    expect(http(written).maxconnections).toBe(meant)
  })

  test.each([
    ['catalog: {maxentries: 0}', 1000],
    ['catalog: {maxentries: -1}', 1000],
    ['catalog: {maxentries: 5}', 5],
  ])('of a limit below one means the default, as to Distribution: %s', (section, meant) => {
    expect(load(`storage: inmemory\n${section}`).config.catalog.maxentries).toBe(meant)
  })

  test('of log.level may be in capitals, as to Distribution', () => {
    expect(load('storage: inmemory\nlog: {level: WARN}').config.log.level).toBe('warn')
  })

  test('that is empty counts as not given', () => {
    const { config } = load('storage:\n  filesystem:\nhttp:\n  addr:\n  headers:\nlog:\nauth:\n')
    expect([config.http.addr, config.storage.filesystem?.rootdirectory]).toEqual([':5000', '/var/lib/registry'])
  })

  test('may be merged in by YAML', () => {
    const text =
      'storage: {inmemory: &nothing {}}\nhttp:\n  timeouts: &times {idle: 1s, body: 2s}\n  <<: {draintimeout: 3s}\nhealth: *nothing\n'
    expect(load(text).config.http).toMatchObject({ draintimeout: 3000, timeouts: { idle: 1000, body: 2000 } })
  })

  test.each([
    ['http: {addr: 5000}', 'config.yml:2:14: http.addr: must be host:port', '(it says "5000")'],
    ['http: {draintimeout: 60}', 'config.yml:2:22: http.draintimeout: must have a unit: 60s for seconds', '(it says "60")'],
    ['http: {draintimeout: soon}', 'http.draintimeout: must be a duration such as 10s, 1h30m or 100ms', '(it says "soon")'],
    ['http: {timeouts: {idle: 9999h}}', 'http.timeouts.idle: must be at most 24 days', '(it says "9999h")'],
    ['http: {maxconnections: 0}', 'http.maxconnections: must be a whole number from 1', '(it says "0")'],
    ['http: {maxconnections: 1.5}', 'http.maxconnections: must be a whole number from 1', '(it says "1.5")'],
    ['http: {net: udp}', 'http.net: must be one of tcp, unix', '(it says "udp")'],
    ['http: {relativeurls: maybe}', 'http.relativeurls: must be true or false', '(it says "maybe")'],
    ['http: {prefix: registry}', 'http.prefix: must be a path such as /registry/', '(it says "registry")'],
    ['http: {host: registry.example.com}', 'http.host: must be an http or https URL', '(it says "registry.example.com")'],
    ['http: {headers: {X-A: b}}', 'http.headers.X-A: must be a list', ''],
    ['http: {headers: {X A: [b]}}', 'http.headers.X A: is no header name', ''],
    ['http: {headers: {X-A: ["a\\nb"]}}', 'http.headers.X-A.0: must be one line of text', ''],
    ['log: {level: loud}', 'log.level: must be one of debug, info, warn, error', '(it says "loud")'],
    ['log: true', 'log: must be a section with the keys level, formatter,', ''],
    ['tags: {maxtags: -1}', 'tags.maxtags: must be a whole number from 0', '(it says "-1")'],
    ['version: 0.2', 'version: must be 0.1', '(it says "0.2")'],
    ['validation: {manifests: {urls: {allow: ["("]}}}', 'validation.manifests.urls.allow.0: must be a regular expression', '(it says "(")'],
    ['validation: {manifests: {indexes: {platforms: some}}}', 'platforms: must be one of all, none, list', '(it says "some")'],
  ])('that is wrong is named with what is allowed: %s', (section, beginning, value) => {
    const complaints = complaintsOf(`storage: inmemory\n${section}`)
    expect(complaints).toEqual([expect.stringContaining(beginning)])
    expect(complaints[0]).toContain(value)
  })
})
