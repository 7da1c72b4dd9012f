import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { origins } from '../../../registry-app/src/http/forwarded.ts'
import type { HttpRequest } from '../../../registry-app/src/http/messages.ts'
import { trustedProxies } from '../../../registry-app/src/http/trusted-proxies.ts'

interface From {
  trusted?: readonly string[]
  peer?: string | undefined
  encrypted?: boolean
}

/** Who asks, and by which URL, if a request with these headers comes from 10.0.0.1. */
function seen(headers: IncomingHttpHeaders, { trusted = ['10.0.0.0/8'], encrypted = false, ...from }: From = {}) {
  const remoteAddress = 'peer' in from ? from.peer : '10.0.0.1'
  const request = { headers: { host: 'inside:5000', ...headers }, socket: { remoteAddress, encrypted } } as HttpRequest
  const origin = origins(trustedProxies(trusted))(request)
  return [origin.remoteAddress, origin.base()]
}

const claims = {
  'x-forwarded-for': '192.0.2.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'images.example.com',
  forwarded: 'for=192.0.2.8;proto=https;host=other.example.com',
}
const believed = ['192.0.2.7', 'https://images.example.com']

describe('what a proxy claims', () => {
  test.each<[string, From, believed: boolean]>([
    ['by its address', { trusted: ['10.0.0.1'] }, true],
    ['by its network', { trusted: ['172.16.0.0/12', '10.0.0.0/8'] }, true],
    ['and comes by IPv4 to a socket of IPv6', { peer: '::ffff:10.0.0.1' }, true],
    ['written as such an address', { trusted: ['::ffff:10.0.0.1'] }, true],
    ['written as such a network', { trusted: ['::ffff:10.0.0.0/104'] }, true],
    ['by its IPv6 network', { trusted: ['fd00::/8'], peer: 'fd00::1:2' }, true],
    ['as whoever comes by a unix socket', { trusted: ['unix'], peer: undefined }, true],
  ])('is believed from one that is trusted %s', (_, from) => {
    expect(seen(claims, from)).toEqual(believed)
  })

  test.each<[string, From]>([
    ['nobody is trusted', { trusted: [] }],
    ['others are trusted', { trusted: ['10.0.0.2', '11.0.0.0/8', 'unix', 'fd00::/8'] }],
    ['another unix socket', { peer: undefined }],
  ])('is believed in nothing where %s', (_, from) => {
    expect(seen(claims, from)).toEqual(['peer' in from ? from.peer : '10.0.0.1', 'http://inside:5000'])
  })

  test('is believed by TLS too', () => {
    expect(seen({ 'x-forwarded-proto': 'http' }, { encrypted: true })).toEqual(['10.0.0.1', 'http://inside:5000'])
    expect(seen({}, { encrypted: true })).toEqual(['10.0.0.1', 'https://inside:5000'])
  })
})

describe('of a list of addresses', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['made-up, 192.0.2.7', '192.0.2.7'],
    ['1.2.3.4, 192.0.2.7, 10.3.3.3, 10.2.2.2', '192.0.2.7'],
    ['10.3.3.3, 10.2.2.2', '10.3.3.3'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['', '10.0.0.1'],
    ['"; drop\n', '10.0.0.1'],
    [`192.0.2.7, ${'x'.repeat(100)}`, '10.0.0.1'],
  ])('%j, the nearest that is no proxy of ours is logged: %s', (list, address) => {
    expect(seen({ 'x-forwarded-for': list })[0]).toBe(address)
  })
})

describe('the URL', () => {
  test.each<[string, IncomingHttpHeaders, string]>([
    ['nginx with $host', { host: 'images.example.com', 'x-forwarded-proto': 'https' }, 'https://images.example.com'],
    ['nginx with $http_host', { host: 'images.example.com:8443', 'x-forwarded-proto': 'https' }, 'https://images.example.com:8443'],
    ['an ALB', { host: 'images.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' }, 'https://images.example.com'],
    ['an ALB on 8443', { host: 'a.example:8443', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' }, 'https://a.example:8443'],
    ['a port apart', { host: 'a.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' }, 'https://a.example:8443'],
    [
      'a list, whose end the proxy wrote',
      { 'x-forwarded-proto': 'ftp, https', 'x-forwarded-host': 'evil.example, a.example' },
      'https://a.example',
    ],
    ['an IPv6 host', { 'x-forwarded-host': '[2001:db8::1]:5000' }, 'http://[2001:db8::1]:5000'],
    ['a scheme of no sense', { 'x-forwarded-proto': 'javascript' }, 'http://inside:5000'],
    ['a host of no sense', { 'x-forwarded-host': 'a/b"<>' }, 'http://inside:5000'],
    ['a port of no sense', { 'x-forwarded-port': '5000/evil', host: 'a.example' }, 'http://a.example'],
  ])('is right behind %s', (_, headers, base) => {
    expect(seen(headers)[1]).toBe(base)
  })

  test('is unknown where no host was named', () => {
    expect(seen({ host: undefined as never })[1]).toBeUndefined()
  })
})

describe('Forwarded (RFC 7239)', () => {
  test.each([
    ['for=192.0.2.7;proto=https;host=images.example.com', believed],
    ['For="192.0.2.7:4711";Proto=HTTPS;Host="images.example.com"', believed],
    ['for=evil;host=evil.example, for=192.0.2.7;proto=https;host=images.example.com, for=10.2.2.2;host=inside', believed],
    ['for="[2001:db8::7]:4711"', ['2001:db8::7', 'http://inside:5000']],
    ['for="a, b";host="x, y"', ['10.0.0.1', 'http://inside:5000']],
    ['nonsense', ['10.0.0.1', 'http://inside:5000']],
  ])('%j is read', (forwarded, expected) => {
    expect(seen({ forwarded })).toEqual(expected)
  })

  test('is not looked at beside X-Forwarded-…: a proxy that does not know it passes on what its client made up', () => {
    expect(seen({ 'x-forwarded-for': '192.0.2.7', forwarded: 'for=6.6.6.6;host=evil.example' })).toEqual([
      '192.0.2.7',
      'http://inside:5000',
    ])
  })
})
