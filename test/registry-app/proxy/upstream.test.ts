import { describe, expect, test } from 'vitest'
import { addressKind } from '../../../registry-app/src/proxy/address-kind.ts'
import { mayFollow } from '../../../registry-app/src/proxy/redirect.ts'
import { placesOf, type Upstream } from '../../../registry-app/src/proxy/upstream.ts'
import { name } from '../support/images.ts'

const upstream = (prefix: string, more: Partial<Upstream> = {}): Upstream => ({
  ...{ label: prefix, prefix, url: new URL('https://upstream.example'), path: '', library: false, trustedRealms: [] },
  ...more,
})

const places = placesOf([
  upstream('docker.io', { library: true }),
  upstream('docker.io/acme', { path: 'elsewhere/acme' }),
  upstream('ghcr.io'),
])
const there = (repository: string) => {
  const place = places(name(repository))
  return place && [place.upstream.label, place.path]
}

test.each([
  ['docker.io/library/alpine', ['docker.io', 'library/alpine']],
  ['docker.io/alpine', ['docker.io', 'library/alpine']],
  ['docker.io/grafana/grafana', ['docker.io', 'grafana/grafana']],
  ['docker.io/acme/app', ['docker.io/acme', 'elsewhere/acme/app']],
  ['docker.io/acme/a/b', ['docker.io/acme', 'elsewhere/acme/a/b']],
  ['docker.io/acmes/app', ['docker.io', 'acmes/app']],
  ['ghcr.io/app', ['ghcr.io', 'app']],
  ['docker.io', undefined],
  ['docker.iox/app', undefined],
  ['team/docker.io/app', undefined],
  ['library/alpine', undefined],
])('%s is %j', (repository, place) => expect(there(repository)).toEqual(place))

test('without a prefix an upstream has all that no other one has', () => {
  const all = placesOf([upstream(''), upstream('ghcr.io')])
  expect(all(name('library/alpine'))?.path).toBe('library/alpine')
  expect(all(name('ghcr.io/app'))?.upstream.label).toBe('ghcr.io')
})

describe('an address', () => {
  test.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1', 'public'],
    ['127.0.0.53', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['fd00:ec2::254', 'private'],
    ['0.0.0.0', 'reserved'],
    ['::', 'reserved'],
    ['224.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['64:ff9b::7f00:1', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['::7f00:1', 'reserved'],
    ['::ffff:0:7f00:1', 'reserved'],
    ['2001:0:7f00:1::', 'reserved'],
    ['fec0::1', 'private'],
    ['2001:4860:4860::8888', 'public'],
    ['no address', 'reserved'],
  ])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind))

  test('is where an upstream may lead if it is public, or of the same kind', () => {
    const kinds = ['8.8.8.8', '10.0.0.1', '169.254.169.254', '127.0.0.1', '0.0.0.0']
    const allowed = (own: string | undefined) => kinds.filter(mayFollow(own))
    expect(allowed('1.1.1.1')).toEqual(['8.8.8.8'])
    expect(allowed(undefined)).toEqual(['8.8.8.8'])
    expect(allowed('192.168.1.1')).toEqual(['8.8.8.8', '10.0.0.1'])
    expect(allowed('127.0.0.1')).toEqual(['8.8.8.8', '127.0.0.1'])
  })
})
