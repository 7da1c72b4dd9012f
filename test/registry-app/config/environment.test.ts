import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { refusedKeys } from '../../../registry-app/src/config/refused-keys.ts'
import { knownKeys, walkKeys } from '../../../registry-app/src/config/schema/known-keys.ts'
import { findVariablePath } from '../../../registry-app/src/config/variable-path.ts'
import { complaintsOf, load } from './complaints-of.ts'

const file = `storage:
  filesystem: {rootdirectory: /x}
  delete: {enabled: true}
http:
  addr: :5000
  draintimeout: 5s
  headers: {X-Foo: [a, b]}
log: {fields: {clusterName: old}}
`
const variableOf = (path: readonly string[]) => path.join('_').toUpperCase()

describe('a REGISTRY_* variable', () => {
  test.each([
    [{ REGISTRY_HTTP_ADDR: ':6000' }, { http: { addr: ':6000', draintimeout: 5000 } }],
    [{ REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/y' }, { storage: { filesystem: { rootdirectory: '/y' } } }],
    [{ REGISTRY_LOG_ACCESSLOG_DISABLED: 'yes' }, { log: { accesslog: { disabled: true } } }],
    [{ REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_AGE: '1h' }, { storage: { maintenance: { uploadpurging: { age: 3_600_000 } } } }],
    [{ REGISTRY_HTTP_HEADERS_X_Bar: '[c]' }, { http: { headers: { 'X-Foo': ['a', 'b'], X_Bar: ['c'] } } }],
    [{ 'REGISTRY_HTTP_HEADERS_X-FOO': '[c]' }, { http: { headers: { 'X-Foo': ['c'] } } }],
    [{ REGISTRY_HTTP_HEADERS_X_FOO: '[c]' }, { http: { headers: { 'X-Foo': ['c'] } } }],
    [{ REGISTRY_HTTP_HEADERS_X_FOO_1: 'c' }, { http: { headers: { 'X-Foo': ['a', 'c'] } } }],
    [{ 'REGISTRY_HTTP_HEADERS_X-Foo_1': 'c' }, { http: { headers: { 'X-Foo': ['a', 'c'] } } }],
    [{ 'REGISTRY_HTTP_HEADERS_X-Foo_2': 'c' }, { http: { headers: { 'X-Foo': ['a', 'b', 'c'] } } }],
    [{ 'REGISTRY_HTTP_HEADERS_X-New_0': 'c' }, { http: { headers: { 'X-New': ['c'] } } }],
    [{ REGISTRY_LOG_FIELDS_CLUSTERNAME: 'new' }, { log: { fields: { clusterName: 'new' } } }],
    [{ REGISTRY_LOG_FIELDS_DATA_CENTRE: 'x' }, { log: { fields: { data_centre: 'x' } } }],
    [{ REGISTRY_LOG_FIELDS_0: 'x' }, { log: { fields: { '0': 'x' } } }],
    [{ REGISTRY_LOGLEVEL: 'debug' }, { log: { level: 'debug' } }],
    [{ REGISTRY_HTTP_SECRET: '0123' }, { http: { secret: '0123' } }],
    [{ REGISTRY_HTTP_ADDR: '' }, { http: { addr: ':5000' } }],
    [{ REGISTRY_HTTP_DRAINTIMEOUT: '' }, { http: { draintimeout: 0 } }],
    [
      { REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST_0_OS: 'linux' },
      { validation: { manifests: { indexes: { platformlist: [{ os: 'linux', architecture: '' }] } } } },
    ],
  ])('wins over the file: %j', (environment, expected) => {
    expect(load(file, environment as Record<string, string>).config).toMatchObject(expected)
  })

  test('replaces a section whole, and a longer name is laid over it', () => {
    const { http } = load(file, { REGISTRY_HTTP: '{addr: ":6000"}', REGISTRY_HTTP_PREFIX: '/a' }).config
    expect([http.addr, http.prefix, http.draintimeout, http.headers]).toEqual([':6000', '/a', 0, {}])
  })

  test('that names a driver replaces all of storage, as in Distribution', () => {
    const { storage } = load(file, { REGISTRY_STORAGE: 'inmemory' }).config
    expect([storage.inmemory, storage.filesystem, storage.delete]).toEqual([{}, undefined, { enabled: false }])
  })

  test('that names a driver is filled in by the longer ones', () => {
    const environment = {
      REGISTRY_STORAGE: 'filesystem',
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/y',
      REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    }
    const { storage } = loadConfig({ environment }).config
    expect([storage.filesystem?.rootdirectory, storage.delete.enabled]).toEqual(['/y', true])
  })

  test.each([
    ['inmemory', 'REGISTRY_STORAGE_INMEMORY', '{}'],
    ['s3', 'REGISTRY_STORAGE_S3', '{bucket: images, region: eu-west-1}'],
  ])('of another driver, %s, than the file has is refused, with both places and the way out', (driver, variable, value) => {
    expect(complaintsOf(file, { [variable]: value })).toEqual([
      expect.stringMatching(
        `names more than one driver, filesystem \\(config\\.yml:2\\) and ${driver} \\(${variable}\\).*REGISTRY_STORAGE=${driver} `,
      ),
    ])
  })

  test('fills a list in the order of its numbers', () => {
    const environment = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_${i}`, `p${i}`]))
    expect(load(file, environment).config.validation?.manifests.urls.allow).toEqual(Array.from({ length: 12 }, (_, i) => `p${i}`))
  })

  test.each([
    ['REGISTRY_HTTP_ADR', 'did you mean REGISTRY_HTTP_ADDR?'],
    ['REGISTRY_STORAGE_FILESYSTEM_ROOT_DIRECTORY', 'did you mean REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY?'],
    ['REGISTRY_HTTP_PORT', 'names no known key'],
    ['REGISTRY_HTTP_ADDR_0', 'names no known key'],
    ['REGISTRY_HTTP_HEADERS_', 'names no known key'],
    ['REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_1', 'names no known key'],
    ['REGISTRY_http_addr', 'did you mean REGISTRY_HTTP_ADDR?'],
    ['REGISTRY_X', 'docs/configuration.md lists the keys'],
  ])('that names no key is a complaint: %s', (name, advice) => {
    const complaints = complaintsOf(file, { [name]: '5000' })
    expect(complaints).toEqual([expect.stringMatching(`^${name}: this variable names no known key; `)])
    expect(complaints[0]).toContain(advice)
  })

  test.each([
    ...refusedKeys.map(({ path }) => [variableOf(path.split('.')), path]),
    ['AUTH_SILLY_REALM', 'auth.silly'],
    ['LOG_HOOKS_0_MAILOPTIONS_SMTP_PASSWORD', 'log.hooks'],
    ['STORAGE_GCS_KEYFILE', 'storage.gcs'],
  ])('REGISTRY_%s of Distribution is refused as the key %s is', (name, path) => {
    const complaints = complaintsOf(file, { [`REGISTRY_${name}`]: 'hunter2' })
    expect(complaints).toEqual([expect.stringMatching(`^REGISTRY_${name}: ${path}: `)])
    expect(complaints[0]).not.toContain('hunter2')
  })

  test.each([
    ['REGISTRY_CONFIGURATION_PATH', '/etc/config.yml'],
    ['REGISTRY_SERVICE_HOST', '10.0.0.1'],
    ['REGISTRY_SERVICE_PORT', '5000'],
    ['REGISTRY_SERVICE_PORT_HTTP', '5000'],
    ['REGISTRY_PORT', 'tcp://10.0.0.1:5000'],
    ['REGISTRY_PORT_5000_TCP', 'tcp://10.0.0.1:5000'],
    ['REGISTRY_PORT_5000_TCP_ADDR', '10.0.0.1'],
    ['REGISTRY_AUTH_SERVICE_HOST', '10.0.0.2'],
    ['REGISTRY_UI_PORT', 'tcp://10.0.0.2:80'],
  ])('%s is not for the configuration, and passed over', (name, value) => {
    expect(load(file, { [name]: value }).config.http.addr).toBe(':5000')
  })

  test('that cannot be read is named, with its key and without its value', () => {
    expect(complaintsOf(file, { REGISTRY_HTTP_SECRET: '*hunter2' })).toEqual([
      'REGISTRY_HTTP_SECRET: http.secret: this is not readable as YAML: a value that begins with * needs quotes, or an &anchor before it',
    ])
  })

  test('has a driver by either of its names', () => {
    const { storage } = load('storage: {s3aws: {bucket: a, region: eu-west-1}}', {
      REGISTRY_STORAGE_S3_BUCKET: 'b',
      REGISTRY_STORAGE_S3AWS_KEYID: '',
    }).config
    expect(storage.s3).toMatchObject({ bucket: 'b', region: 'eu-west-1' })
  })

  test.each([
    [
      { REGISTRY_STORAGE_S3_BUCKET: 'a', REGISTRY_STORAGE_S3AWS_BUCKET: 'b' },
      'REGISTRY_STORAGE_S3AWS_BUCKET: storage.s3.bucket: REGISTRY_STORAGE_S3_BUCKET gives',
    ],
    [
      { 'REGISTRY_HTTP_HEADERS_X-A': '[b]', 'REGISTRY_HTTP_HEADERS_X-a': '[c]' },
      'REGISTRY_HTTP_HEADERS_X-a: http.headers.X-A: REGISTRY_HTTP_HEADERS_X-A gives',
    ],
  ])('beside another of the same key is a complaint: %j', (environment, complaint) => {
    const text = 'storage: {s3: {bucket: a, region: eu-west-1}}\nhttp: {headers: {X-A: [a]}}'
    expect(complaintsOf(text, environment as Record<string, string>)).toEqual([
      expect.stringMatching(`^${complaint} this key too; leave one of them`),
    ])
  })

  test('exists for every key, and leads to that key alone', () => {
    const known = knownKeys()
    const root = { kind: 'mapping' as const, place: { source: 'file' }, entries: new Map() }
    for (const [path] of walkKeys(known)) expect(findVariablePath(variableOf(path), known, root)).toEqual(path)
  })

  test('never makes another error than a list of complaints, whatever its name and value', () => {
    const parts = fc.constantFrom(
      'HTTP',
      'STORAGE',
      'HEADERS',
      'ADDR',
      'FILESYSTEM',
      'INMEMORY',
      'VALIDATION',
      'MANIFESTS',
      'URLS',
      'ALLOW',
      'LOG',
      'FIELDS',
      '0',
      '1',
      'x',
      '',
    )
    const name = fc.array(parts, { minLength: 1, maxLength: 6 }).map(list => `REGISTRY_${list.join('_')}`)
    const value = fc.oneof(fc.string(), fc.constantFrom('{}', '[]', '5', 'inmemory', '{a: b}', '[a]', '~', 'a: b'))
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 6 }), environment => {
        try {
          loadConfig({ file: { name: 'config.yml', text: file }, environment })
        } catch (error) {
          expect(error).toHaveProperty('complaints')
        }
      }),
    )
  })
})
