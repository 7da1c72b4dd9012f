import { describe, expect, test } from 'vitest'
import { refusedKeys } from '../../../registry-app/src/config/refused-keys.ts'
import { knownKeys, walkKeys } from '../../../registry-app/src/config/schema/known-keys.ts'
import { complaintsOf, errorOf, load } from './complaints-of.ts'

describe('a key that nobody knows', () => {
  test.each([
    [
      'storage:\n  filesystem:\n    rootdirectry: /x',
      'config.yml:3:5: storage.filesystem.rootdirectry: unknown key; did you mean rootdirectory?',
    ],
    ['storage: inmemory\nHTTP: {}', 'config.yml:2:1: HTTP: unknown key; did you mean http?'],
    ['storage: inmemory\nhttp: {tsl: {}}', 'config.yml:2:8: http.tsl: unknown key; did you mean tls?'],
    ['storage: inmemory\nrootdirectory: x', 'config.yml:2:1: rootdirectory: unknown key; did you mean storage.filesystem.rootdirectory?'],
    ['storage: inmemory\nlog: {accesslog: {foo: 1}}', 'config.yml:2:19: log.accesslog.foo: unknown key; the keys here are disabled'],
    ['storage: {inmemory: {size: 1}}', 'config.yml:1:22: storage.inmemory.size: unknown key; this section has no keys'],
    ['storage: {inmemory: {}, toString: {}}', 'config.yml:1:25: storage.toString: unknown key'],
    ['storage: inmemory\n__proto__: {}', 'config.yml:2:1: __proto__: unknown key'],
  ])('is named with its place and the nearest one: %j', (text, complaint) => {
    expect(complaintsOf(text)).toEqual([expect.stringContaining(complaint)])
  })

  test('does not show its value, which may be a secret under a misspelt name', () => {
    expect(errorOf('storage: inmemory\nhttp: {secrte: hunter2}').message).not.toContain('hunter2')
  })
})

describe('a key that Distribution knows and this version does not serve', () => {
  test.each(refusedKeys.map(({ path, reason }) => [path, reason]))('%s is refused with a reason', (path, reason) => {
    const nested = path.split('.').reduceRight((inner, step) => `{${step}: ${inner}}`, '{some: thing}')
    const text = path.startsWith('storage') ? nested : `{storage: inmemory, ${nested.slice(1)}`
    expect(complaintsOf(text)).toEqual([expect.stringContaining(`${path}: ${reason}`)])
  })

  test('is let pass where it has nothing behind it', () => {
    expect(() => load('storage: {inmemory: {}, gcs: }\nauth:\nproxy: ~\nhttp: {tls: }')).not.toThrow()
  })

  test('never shows what it holds', () => {
    expect(errorOf('storage: {gcs: {keyfile: hunter2}}\nproxy: {password: hunter2}').message).not.toContain('hunter2')
  })

  test('is not one of the schema too', () => {
    const known = new Set([...walkKeys(knownKeys())].map(([path]) => path.join('.')))
    expect(refusedKeys.filter(({ path }) => known.has(path))).toEqual([])
  })
})

describe('a key without effect', () => {
  test.each([
    ['log: {reportcaller: true}', 'config.yml:2:21: log.reportcaller: has no effect'],
    ['policy: {repository: {classes: [image]}}', 'policy.repository.classes: is not enforced'],
    ['loglevel: debug', 'config.yml:2:11: loglevel: is deprecated: write log.level'],
  ])('is accepted with a warning: %s', (section, warning) => {
    expect(load(`storage: inmemory\n${section}`).warnings).toEqual([expect.stringContaining(warning)])
  })

  test.each(['log: {reportcaller: false}', 'policy: {repository: {classes: []}}'])('says nothing where nothing surprises: %s', section => {
    expect(load(`storage: inmemory\n${section}`).warnings).toEqual([])
  })

  test.each([
    ['loglevel: debug', 'debug'],
    ['loglevel: debug\nlog: {level: error}', 'error'],
  ])('such as loglevel gives way to log.level: %j', (section, level) => {
    expect(load(`storage: inmemory\n${section}`).config.log.level).toBe(level)
  })
})
