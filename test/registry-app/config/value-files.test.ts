import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'

const file = {
  name: 'config.yml',
  text:
    'storage: {s3: {bucket: b, region: eu-west-1, accesskey: a, secretkey: s}}\nhttp: {secret: old}\n' +
    'notifications: {endpoints: [{url: "https://a.example", headers: {Authorization: [old, b]}}]}\n',
}

/** Loads with files that lie at `/run`. */
function load(environment: Record<string, string>, files: Record<string, string> = {}) {
  const readFile = (path: string) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error('ENOENT: failed'), { code: 'ENOENT' })
    return text
  }
  return loadConfig({ file, environment, readFile }).config
}

function complaintsOf(environment: Record<string, string>, files?: Record<string, string>): string[] {
  try {
    load(environment, files)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n  ').slice(1)
    throw error
  }
  throw new Error('it was accepted')
}

const secretFrom = (text: string) => load({ REGISTRY_HTTP_SECRET_FILE: '/run/secret' }, { '/run/secret': text }).http.secret

describe('a variable that ends in _FILE', () => {
  test.each([
    ['a', 'a'],
    ['a\n', 'a'],
    ['a\r\n\n', 'a'],
    [' a b ', ' a b '],
    ['a\nb\n', 'a\nb'],
    ['*a: [&b, "c', '*a: [&b, "c'],
    ['no', 'no'],
    ['# a', '# a'],
    ['~', '~'],
  ])('gives text letter by letter, without the line ends after it: %j', (text, secret) => {
    expect(secretFrom(text)).toBe(secret)
  })

  test.each([
    ['HTTP_MAXCONNECTIONS', '5\n', { http: { maxconnections: 5 } }],
    ['HTTP_DRAINTIMEOUT', '5s\n', { http: { draintimeout: 5000 } }],
    ['HTTP_RELATIVEURLS', 'yes\n', { http: { relativeurls: true } }],
    ['HTTP_TIMEOUTS', 'idle: 1s\nbody: 2s\n', { http: { timeouts: { idle: 1000, body: 2000 } } }],
    ['STORAGE_S3AWS_SECRETKEY', 'x', { storage: { s3: { secretkey: 'x', accesskey: 'a' } } }],
    ['HTTP_HEADERS_X_KEY_0', '*a: [&b, "c', { http: { headers: { x_key: ['*a: [&b, "c'] } } }],
    [
      'NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION_0',
      'Bearer: a',
      { notifications: { endpoints: [{ headers: { Authorization: ['Bearer: a', 'b'] } }] } },
    ],
    [
      'VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST',
      '- os: linux',
      { validation: { manifests: { indexes: { platformlist: [{ os: 'linux' }] } } } },
    ],
  ])('gives every kind of key: REGISTRY_%s_FILE', (name, text, expected) => {
    expect(load({ [`REGISTRY_${name}_FILE`]: '/run/x' }, { '/run/x': text })).toMatchObject(expected)
  })

  test('is a name where anything may be one', () => {
    expect(load({ REGISTRY_HTTP_HEADERS_X_FILE: '[a]' }).http.headers).toEqual({ x_file: ['a'] })
  })

  test('gives a section, over which variables with longer names are laid', () => {
    const environment = { REGISTRY_HTTP_FILE: '/run/http.yml', REGISTRY_HTTP_ADDR: ':6000' }
    const { http } = load(environment, { '/run/http.yml': 'addr: :7000\nprefix: /a\n' })
    expect([http.addr, http.prefix, http.secret]).toEqual([':6000', '/a', undefined])
  })

  test('belongs to the name where names are free', () => {
    expect(load({ REGISTRY_LOG_FIELDS_LOG_FILE: '/var/log' }).log.fields).toEqual({ log_file: '/var/log' })
  })

  test.each([
    ['without a value counts as not given', { REGISTRY_HTTP_SECRET_FILE: '' }, 'old'],
    ['wins over an empty variable beside it', { REGISTRY_HTTP_SECRET_FILE: '/run/a', REGISTRY_HTTP_SECRET: '' }, 'new'],
  ])('%s', (_, environment, secret) => {
    expect(load(environment as Record<string, string>, { '/run/a': 'new' }).http.secret).toBe(secret)
  })

  test.each([
    [
      'is not there',
      { REGISTRY_HTTP_SECRET_FILE: '/run/none' },
      'REGISTRY_HTTP_SECRET_FILE: http.secret: the file /run/none, which it names, cannot be read: there is no such file',
    ],
    [
      'is empty',
      { REGISTRY_HTTP_SECRET_FILE: '/run/empty' },
      'REGISTRY_HTTP_SECRET_FILE: http.secret: the file /run/empty, which it names, is empty',
    ],
    ['is no YAML', { REGISTRY_HTTP_TIMEOUTS_FILE: '/run/b' }, '/run/b:1:4: http.timeouts: this is not readable as YAML'],
    [
      'stands beside the value',
      { REGISTRY_HTTP_SECRET_FILE: '/run/a', REGISTRY_HTTP_SECRET: 'x' },
      'REGISTRY_HTTP_SECRET_FILE: http.secret: REGISTRY_HTTP_SECRET gives this key too; leave one of them',
    ],
    [
      'gives no key',
      { REGISTRY_HTTP_SECRTE_FILE: '/run/a' },
      'REGISTRY_HTTP_SECRTE_FILE: this variable names no known key; did you mean REGISTRY_HTTP_SECRET_FILE?',
    ],
    [
      'gives a refused key',
      { REGISTRY_PROXY_EXEC_COMMAND_FILE: '/run/a' },
      'REGISTRY_PROXY_EXEC_COMMAND_FILE: proxy.exec: this registry runs no program to get a password',
    ],
  ])('is a complaint where the file %s', (_, environment, complaint) => {
    expect(complaintsOf(environment as Record<string, string>, { '/run/a': 'hunter2', '/run/empty': '\n', '/run/b': 'a: b: c' })).toEqual([
      expect.stringContaining(complaint),
    ])
  })

  test('names the place in a file that is wrong', () => {
    expect(complaintsOf({ REGISTRY_HTTP_FILE: '/run/http.yml' }, { '/run/http.yml': 'prefix: /a\nadr: x' })).toEqual([
      '/run/http.yml:2:1: http.adr: unknown key; did you mean addr?',
    ])
  })

  test('never shows what the file holds', () => {
    const complaints = complaintsOf({ REGISTRY_HTTP_ADDR_FILE: '/run/a' }, { '/run/a': 'hunter2' })
    expect(complaints).toEqual([expect.stringMatching(/^\/run\/a: http\.addr: must be host:port .* \(it says \*\*\*\)$/)])
  })
})
