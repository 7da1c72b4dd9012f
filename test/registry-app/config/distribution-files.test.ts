import { describe, expect, test } from 'vitest'
import { load } from './complaints-of.ts'

/** `cmd/registry/config-dev.yml` of github.com/distribution/distribution, as it stands there. */
const dev = `version: 0.1
log:
  level: debug
  fields:
    service: registry
    environment: development
storage:
    delete:
      enabled: true
    cache:
        blobdescriptor: inmemory
    filesystem:
        rootdirectory: /var/lib/registry
    maintenance:
        uploadpurging:
            enabled: false
    tag:
      concurrencylimit: 8
http:
    addr: :5000
    debug:
        addr: :5001
        prometheus:
            enabled: true
            path: /metrics
    headers:
        X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`

/** `cmd/registry/config-example.yml`, in two parts. */
const example = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
  tag:
    concurrencylimit: 8
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`
const exampleAuth = `auth:
  htpasswd:
    realm: basic-realm
    path: /etc/registry
`

describe("Distribution's own files", () => {
  test('config-dev.yml means what it means to Distribution', () => {
    expect(load(dev).config).toMatchObject({
      log: { level: 'debug', fields: { service: 'registry', environment: 'development' } },
      storage: {
        delete: { enabled: true },
        filesystem: { rootdirectory: '/var/lib/registry', maxthreads: 100 },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: { addr: ':5000', headers: { 'X-Content-Type-Options': ['nosniff'] } },
      health: { storagedriver: { enabled: true, interval: 10_000, threshold: 3 } },
    })
  })

  test('config-dev.yml is told which of its keys have no effect', () => {
    expect(load(dev).warnings.map(warning => /^config\.yml:\d+:\d+: ([\w.]+): has no effect/.exec(warning)?.[1])).toEqual([
      'storage.cache.blobdescriptor',
      'storage.tag.concurrencylimit',
    ])
  })

  test('config-example.yml means what it means to Distribution, with its password file', () => {
    const { config } = load(example + exampleAuth)
    expect(config.auth?.htpasswd).toMatchObject({ realm: 'basic-realm', path: '/etc/registry' })
    expect(config.storage.filesystem).toEqual({ rootdirectory: '/var/lib/registry', maxthreads: 100 })
  })

  test('config-example.yml serves everybody without its auth section', () => {
    expect(load(example).config.auth).toBeUndefined()
  })
})
