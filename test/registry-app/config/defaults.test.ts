import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { load } from './complaints-of.ts'

describe('the configuration', () => {
  test('has every default filled in', () => {
    const { config, warnings } = load('storage: inmemory')
    expect(warnings).toEqual([])
    expect(config).toEqual({
      version: '0.1',
      groups: {},
      log: {
        level: 'info',
        formatter: 'text',
        fields: {},
        reportcaller: false,
        accesslog: { disabled: false },
        audit: { disabled: false, pulls: false },
      },
      storage: {
        inmemory: {},
        delete: { enabled: false },
        redirect: { disable: 'auto', expires: 1_200_000 },
        cache: { vouchfor: 300_000 },
        verify: false,
        tag: {},
        maintenance: {
          uploadpurging: { enabled: true, age: 604_800_000, interval: 86_400_000, dryrun: false },
          garbagecollect: {
            enabled: false,
            schedule: '24h',
            untagged: false,
            dryrun: false,
            grace: 86_400_000,
            viewage: 60_000,
            batchtime: 30_000,
            margin: 60_000,
          },
          scrub: { enabled: false, schedule: '720h', rate: 10_485_760 },
          readonly: { enabled: false },
        },
      },
      http: {
        addr: ':5000',
        net: 'tcp',
        prefix: '',
        draintimeout: 0,
        headers: {},
        timeouts: { headers: 60_000, idle: 75_000, body: 60_000 },
        maxconnections: 10_000,
        maxheadersize: 16_384,
        tls: {
          minimumtls: 'tls1.2',
          ciphersuites: [],
          clientcas: [],
          letsencrypt: { hosts: [], directoryurl: 'https://acme-v02.api.letsencrypt.org/directory', eab: {} },
        },
        redirect: {},
        trustedproxies: [],
        http2: { disabled: false },
        h2c: { enabled: false },
        debug: { prometheus: { enabled: false, path: '/metrics' } },
      },
      health: { storagedriver: { enabled: false, interval: 10_000, threshold: 0 }, file: [], http: [], tcp: [] },
      notifications: { events: { includereferences: false }, endpoints: [], queue: { limit: 100_000, save: 1000 } },
      catalog: { maxentries: 1000 },
      tags: { maxtags: 1000 },
      policy: {
        immutabletags: [],
        quotas: [],
        retention: { enabled: false, schedule: '24h', dryrun: false, rules: [] },
        undo: { grace: 604_800_000, deletions: false },
        lastpulls: { enabled: true, interval: 21_600_000 },
        repository: { classes: [] },
      },
      proxy: { ttl: 604_800_000, revalidate: 10_000, cachewritetimeout: 300_000, library: 'auto', trustedrealms: [], upstreams: [] },
      ui: {
        enabled: true,
        summary: { age: 86_400_000 },
        doctor: { enabled: true, schedule: '24h' },
        prices: { currency: 'USD', put: 0.005, get: 0.0004, storage: 0.023 },
      },
    })
  })

  test('is frozen all the way down', () => {
    const { config } = load('storage: inmemory\nhttp: {headers: {X-A: [b]}}')
    expect([config, config.http, config.http.timeouts, config.http.headers['X-A']].every(Object.isFrozen)).toBe(true)
  })

  test('that is embedded keeps images in ./data and listens on this machine only', () => {
    const text = readFileSync(new URL('../../../registry-app/config.yml', import.meta.url), 'utf8')
    const { config, warnings } = load(text)
    expect(warnings).toEqual([])
    expect(config).toMatchObject({
      http: { addr: 'localhost:5000' },
      storage: { filesystem: { rootdirectory: './data' }, delete: { enabled: true } },
    })
  })
})
