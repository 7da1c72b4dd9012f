import { describe, expect, test } from 'vitest'
import { EnvironmentError } from '../../../lib/environment/environment-error.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, synthesize } from './synthesize.ts'

markSecrets()

const addresses = '[203.0.113.5, 203.0.113.6, "2001:db8::5"]'
const environment = (dns: string, domain = 'registry.example.com') =>
  dockerEnvironment('try', `storage: {driver: filesystem}\ndomain: ${domain}\ndns: {addresses: ${addresses}, ${dns}}\n`)
const app = (dns: string, domain?: string) => synthesize([environment(dns, domain)]).stack('registry-try')

test('by hand, the deployment prints the records to make', () => {
  expect(app('by: manual').output.dns_records?.value).toBe(
    [
      'registry.example.com. 300 IN A 203.0.113.5',
      'registry.example.com. 300 IN A 203.0.113.6',
      'registry.example.com. 300 IN AAAA 2001:db8::5',
    ].join('\n'),
  )
})

test('by RFC 2136, there is a set of A and one of AAAA, and the key’s secret is nowhere', () => {
  const { resource, provider, variable } = app('by: rfc2136, server: ns.example.com, port: 5353, zone: example.com, keyName: key, ttl: 60')

  expect(provider?.dns).toEqual([
    {
      update: [
        {
          server: 'ns.example.com',
          port: 5353,
          key_name: 'key.',
          key_algorithm: 'hmac-sha256',
          key_secret: `\${var.${'dns_key_secret'}}`,
        },
      ],
    },
  ])
  expect(variable?.dns_key_secret).toMatchObject({ type: 'string', sensitive: true })
  expect(variable?.dns_key_secret).not.toHaveProperty('default')
  const where = { zone: 'example.com.', name: 'registry', ttl: 60 }
  expect(resource.dns_a_record_set?.ipv4).toMatchObject({ ...where, addresses: ['203.0.113.5', '203.0.113.6'] })
  expect(resource.dns_aaaa_record_set?.ipv6).toMatchObject({ ...where, addresses: ['2001:db8::5'] })
})

test('by RFC 2136, a zone’s own name is none within it', () => {
  const { resource } = app('by: rfc2136, server: ns.example.com, zone: example.com', 'example.com')

  expect(resource.dns_a_record_set?.ipv4).not.toHaveProperty('name')
})

test('by Route 53, there is a record of each kind', () => {
  const { resource } = app('by: route53, zoneId: Z0123456789')
  const record = { zone_id: 'Z0123456789', name: 'registry.example.com', ttl: 300 }

  expect(resource.aws_route53_record).toMatchObject({
    ipv4: { ...record, type: 'A', records: ['203.0.113.5', '203.0.113.6'] },
    ipv6: { ...record, type: 'AAAA', records: ['2001:db8::5'] },
  })
})

test('by Cloudflare, there is a record for each address, without its proxy', () => {
  const zone = '0123456789abcdef0123456789abcdef'
  const { resource } = app(`by: cloudflare, zoneId: "${zone}"`)
  const record = { zone_id: zone, name: 'registry.example.com', ttl: 300, proxied: false }

  expect(resource.cloudflare_dns_record).toMatchObject({
    'ipv4-0': { ...record, type: 'A', content: '203.0.113.5' },
    'ipv4-1': { ...record, type: 'A', content: '203.0.113.6' },
    'ipv6-0': { ...record, type: 'AAAA', content: '2001:db8::5' },
  })
})

test('by NIFCLOUD, there is a record for each address, and the zone’s own name is @', () => {
  const records = (domain: string) => app('by: nifcloud, zone: example.com', domain).resource.nifcloud_dns_record

  expect(records('registry.example.com')).toMatchObject({
    'ipv4-0': { zone_id: 'example.com', name: 'registry.example.com', type: 'A', ttl: 300, record: '203.0.113.5' },
    'ipv6-0': { type: 'AAAA', record: '2001:db8::5' },
  })
  expect(records('example.com')).toMatchObject({ 'ipv4-0': { name: '@' } })
})

test('no secret of the shell gets into any of them', () => {
  for (const dns of ['by: rfc2136, server: a.b, zone: example.com, keyName: k', 'by: nifcloud, zone: example.com']) {
    expect(JSON.stringify(app(dns))).not.toContain(mark)
  }
})

describe('what is refused', () => {
  test.each([
    ['no address', 'by: manual, addresses: []', 'dns.addresses: must be a list of at least one address'],
    [
      'a name for an address',
      'by: manual, addresses: [host.example.com]',
      'dns.addresses.0: must be the host’s public address'.replace('’', "'"),
    ],
    ['another zone', 'by: nifcloud, zone: example.org', 'dns.zone: must be a zone that the domain registry.example.com lies in'],
    ['a zone whose name ends alike', 'by: nifcloud, zone: le.com', 'dns.zone: must be a zone that the domain registry.example.com lies in'],
    ['somebody unknown', 'by: gandi', 'dns.by: must be one of manual, rfc2136, route53, cloudflare, nifcloud'],
    ['a secret in the file', 'by: rfc2136, server: a.b, zone: example.com, keySecret: hunter2', 'dns.keySecret: unknown key'],
  ])('%s', (_, dns, message) => {
    const text = `storage: {driver: filesystem}\ndomain: registry.example.com\ndns: {${dns.includes('addresses') ? '' : `addresses: ${addresses}, `}${dns}}`
    const load = () => dockerEnvironment('try', text)

    expect(load).toThrow(EnvironmentError)
    expect(load).toThrow(message)
    expect(load).not.toThrow(/hunter2/)
  })

  test('records without a name', () => {
    expect(() => dockerEnvironment('try', `storage: {driver: filesystem}\ndns: {by: manual, addresses: ${addresses}}`)).toThrow(
      'dns: needs domain beside it',
    )
  })
})
