import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const fileWith = (proxy: object) => JSON.stringify({ storage: { inmemory: {} }, proxy })
const proxyOf = (proxy: object, environment?: Record<string, string>) => load(fileWith(proxy), environment).config.proxy
const hub = { prefix: 'docker.io', remoteurl: 'https://registry-1.docker.io' }

describe('proxy', () => {
  test('is off where nothing is said', () => {
    expect(load('storage: inmemory').config.proxy).toMatchObject({ upstreams: [] })
    expect(load('storage: inmemory').config.proxy.remoteurl).toBeUndefined()
  })

  test("is Distribution's, with its defaults", () => {
    expect(proxyOf({ remoteurl: 'https://registry-1.docker.io/', username: 'alice', password: 'wonder' })).toMatchObject({
      remoteurl: 'https://registry-1.docker.io',
      username: 'alice',
      password: 'wonder',
      ttl: 168 * 3_600_000,
      cachewritetimeout: 300_000,
      revalidate: 10_000,
      library: 'auto',
    })
  })

  test('takes several upstreams, each with a password from a file', () => {
    const { config } = load(
      fileWith({ upstreams: [hub, { prefix: 'ghcr.io', remoteurl: 'https://ghcr.io', trustedrealms: ['a.example:8443'] }] }),
      {
        REGISTRY_PROXY_UPSTREAMS_0_USERNAME: 'alice',
        REGISTRY_PROXY_UPSTREAMS_0_PASSWORD: 'wonder',
      },
    )
    expect(config.proxy.upstreams).toMatchObject([{ ...hub, username: 'alice', password: 'wonder' }, { trustedrealms: ['a.example:8443'] }])
  })

  test.each([
    [{ upstreams: [{ prefix: 'docker.io' }] }, 'proxy.upstreams.0.remoteurl: must be given'],
    [{ upstreams: [{ ...hub, prefix: 'Docker.io' }] }, 'proxy.upstreams.0.prefix: must be the beginning'],
    [{ upstreams: [{ ...hub, prefix: 'localhost:5000' }] }, 'proxy.upstreams.0.prefix: must be the beginning'],
    [{ upstreams: [{ ...hub, path: '../x' }] }, 'proxy.upstreams.0.path: must be the beginning'],
    [{ upstreams: [hub, hub] }, 'proxy.upstreams.1.prefix: stands there twice'],
    [{ upstreams: [{ ...hub, password: 'x' }] }, 'proxy.upstreams.0.username: must be given'],
    [{ upstreams: [{ ...hub, trustedrealms: ['https://a.example'] }] }, 'proxy.upstreams.0.trustedrealms.0: must be the name of a host'],
    [{ remoteurl: 'ftp://a.example' }, 'proxy.remoteurl: must be an http or https URL'],
    [{ remoteurl: 'https://alice:wonder@a.example' }, 'proxy.remoteurl: must be an http or https URL'],
    [{ username: 'alice' }, 'proxy.remoteurl: must be given'],
    [{ remoteurl: 'https://a.example', exec: { command: '/bin/x' } }, 'proxy.exec: this registry runs no program'],
  ])('complains of %j', (proxy, complaint) => {
    expect(complaintsOf(fileWith(proxy)).join()).toContain(complaint)
    expect(complaintsOf(fileWith(proxy)).join()).not.toContain('wonder')
  })
})
