import { describe, expect, test } from 'vitest'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { renderRegistryConfig } from '../../../lib/environment/registry-config.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'

const docker = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const aws =
  'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {region: eu-west-1, kind: fargate}\n' +
  'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n'
const hub = '{prefix: docker.io, url: "https://registry-1.docker.io"'

const proxyOf = (text: string) =>
  loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(parseEnvironment('a.yml', text)) }, environment: {} }).config.proxy

describe('the cache of an environment', () => {
  test.each([
    ['on a Docker host', docker],
    ['on AWS', aws],
  ])('is off where nothing is said, and what the file says where it is: %s', (_, host) => {
    expect(proxyOf(host).upstreams).toEqual([])
    const upstreams = `${host}cache: [${hub}}, {prefix: ghcr.io, url: "https://ghcr.io", path: acme, trustedRealms: [a.example]}, {url: "https://quay.io"}]`
    expect(proxyOf(upstreams)).toMatchObject({
      remoteurl: 'https://quay.io',
      upstreams: [
        { prefix: 'docker.io', remoteurl: 'https://registry-1.docker.io' },
        { prefix: 'ghcr.io', remoteurl: 'https://ghcr.io', path: 'acme', trustedrealms: ['a.example'] },
      ],
    })
  })

  test("has the registry's own keys beside it", () => {
    expect(proxyOf(`${docker}cache: [${hub}}]\nregistry: {proxy: {ttl: 24h}}`)).toMatchObject({ ttl: 86_400_000, upstreams: [{}] })
  })

  test.each([
    [
      `${docker}cache: [${hub}, password: hunter2}]`,
      'cache.0.password: unknown key; the keys here are url, prefix, path, trustedRealms, user',
    ],
    [`${docker}cache: [${hub}, secret: x}]`, 'cache.0.secret: unknown key'],
    [`${aws}cache: [${hub}, user: alice}]`, 'cache.0.user: unknown key'],
    [`${docker}cache: [${hub}}, ${hub}}]`, 'cache.1.prefix: stands there twice'],
    [
      `${docker}cache: [${hub}, user: alice}, {prefix: docker-io, url: "https://mirror.example.com", user: alice}]`,
      'cache.1.prefix: would have the password of another: both come as cache_password_docker_io',
    ],
    [`${docker}cache: [{url: "https://quay.io", path: acme}]`, 'cache.0.path: stands in place of a prefix'],
    [`${docker}cache: [{url: quay.io}]`, 'cache.0.url: must be an http or https URL'],
    [`${docker}cache: docker.io`, 'cache: must be a list of upstreams'],
    [
      `${docker}cache: [${hub}}]\nregistry: {proxy: {upstreams: [{prefix: a, remoteurl: "https://a.example"}]}}`,
      "registry.proxy.upstreams: belongs in this file's",
    ],
    [
      `${docker}registry: {proxy: {upstreams: [{prefix: a, remoteurl: "https://a.example", username: a, password: hunter2}]}}`,
      'registry.proxy.upstreams.0.password: is a secret',
    ],
    [
      `${docker}registry: {proxy: {remoteurl: "https://a.example", username: a, password: hunter2}}`,
      'registry.proxy.password: is a secret',
    ],
  ])('complains of what it cannot use', (text, complaint) => {
    expect(() => parseEnvironment('a.yml', text)).toThrow(complaint)
    expect(() => parseEnvironment('a.yml', text)).not.toThrow('hunter2')
  })
})
