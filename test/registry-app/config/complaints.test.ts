import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { readConfigFile } from '../../../registry-app/src/config/read-config-file.ts'
import { complaintsOf, errorOf } from './complaints-of.ts'

describe('complaints', () => {
  test('come all at once, in the order of the file, those of variables last', () => {
    const text = 'storage: {filesystem: {rootdirectry: x}}\nlog: {level: loud}\nhttp: {addr: 5, headers: 4}\nauth: {silly: {}}\n'
    expect(errorOf(text, { REGISTRY_HTTP_ADR: 'x' }).complaints.map(({ source, line, path }) => [source, line, path])).toEqual([
      ['config.yml', 1, 'storage.filesystem.rootdirectry'],
      ['config.yml', 2, 'log.level'],
      ['config.yml', 3, 'http.addr'],
      ['config.yml', 3, 'http.headers'],
      ['config.yml', 4, 'auth.silly'],
      ['REGISTRY_HTTP_ADR', undefined, ''],
    ])
  })

  test('have their parts for programs', () => {
    expect(errorOf('storage: inmemory\nlog: {level: loud}').complaints).toEqual([
      { source: 'config.yml', line: 2, column: 14, path: 'log.level', value: 'loud', message: 'must be one of debug, info, warn, error' },
    ])
  })

  test('make a message of one line each', () => {
    expect(errorOf('storage: inmemory\nlog: {level: loud}').message).toBe(
      'the configuration has one mistake:\n  config.yml:2:14: log.level: must be one of debug, info, warn, error (it says "loud")',
    )
  })

  test.each([
    ['a: b: c', 'config.yml:1:4: this is not readable as YAML: two keys on one line'],
    ['storage:\n\tinmemory: {}', 'config.yml:2:1: this is not readable as YAML: Tabs are not allowed'],
    ['storage: inmemory\nstorage: inmemory', 'config.yml:2:1: this is not readable as YAML: Map keys must be unique'],
    ['storage: inmemory\n---\nhttp: {}', 'this is not readable as YAML: one document is expected'],
    ['- storage', 'config.yml:1:1: the file must be a section'],
    ['a: &a [*a]', 'a value that begins with * needs quotes'],
  ])('name the place in broken YAML: %j', (text, complaint) => {
    expect(complaintsOf(text)).toEqual([expect.stringContaining(complaint)])
  })

  test('stop aliases that grow without end', () => {
    const text = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? 'x'
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(', ')
        }]`,
    ).join('\n')
    expect(complaintsOf(text)).toEqual([expect.stringContaining('its aliases grow without end')])
  })

  test.each(['*hunter2', '!hunter2', '&x {a: hunter2}', '@hunter2', '"\\hunter2"', '[hunter2]', '{hunter2: x}', 'hunter2: x'])(
    'never show a secret: %s',
    secret => {
      const { message } = errorOf(`storage: inmemory\nhttp:\n  secret: ${secret}\n`)
      expect(message).not.toContain('hunter2')
    },
  )

  test('never show the password of a URL', () => {
    for (const password of ['hunter2', 'p@hunter2', 'p/hunter2', 'hunter2@'])
      expect(errorOf(`storage: inmemory\nhttp: {host: "https://me:${password}@example.com"}`).message).not.toContain('hunter2')
  })

  test('of an environment without a file name what to write', () => {
    expect(() => loadConfig({ environment: {} })).toThrow('configuration: storage: is missing')
  })
})

describe('the file', () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error(`${code}: failed`), { code })
  }

  test('is read under its name', () => {
    expect(readConfigFile('a.yml', () => 'text')).toEqual({ name: 'a.yml', text: 'text' })
  })

  test.each([
    ['ENOENT', 'there is no such file'],
    ['EACCES', 'this user may not read it'],
    ['EISDIR', 'it is a folder, not a file'],
    ['EIO', 'EIO: failed'],
  ])('that cannot be read says why: %s', (code, reason) => {
    const read = () => readConfigFile('a.yml', failing(code))
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`a.yml: the configuration file cannot be read: ${reason}`)
  })
})
