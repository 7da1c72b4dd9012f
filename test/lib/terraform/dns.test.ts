import { describe, expect, test } from 'vitest'
import { EnvironmentError } from '../../../lib/environment/environment-error.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

markSecrets()

const addresses = '[203.0.113.5, 203.0.113.6, "2001:db8::5"]'
const domain = template('var.domain')
const environment = (dns: string) =>
  dockerEnvironment('try', `storage: {driver: filesystem}\ndomain: registry.example.com\ndns: {addresses: ${addresses}, ${dns}}\n`)
const app = (dns: string) => synthesize([environment(dns)]).stack('registry-try')

test('by hand, the deployment prints the records to make', () => {
  expect(app('by: manual').output.dns_records?.value).toBe(
    [`${domain}. 300 IN A 203.0.113.5`, `${domain}. 300 IN A 203.0.113.6`, `${domain}. 300 IN AAAA 2001:db8::5`].join('\n'),
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
  // A zone's own name is none within it.
  const name = template('(var.domain == "example.com") ? null : trimsuffix(var.domain, ".example.com")')
  const where = { zone: 'example.com.', name, ttl: 60 }
  expect(resource.dns_a_record_set?.ipv4).toMatchObject({ ...where, addresses: ['203.0.113.5', '203.0.113.6'] })
  expect(resource.dns_aaaa_record_set?.ipv6).toMatchObject({ ...where, addresses: ['2001:db8::5'] })
})

test('by Route 53, there is a record of each kind', () => {
  const { resource } = app('by: route53, zoneId: Z0123456789')
  const record = { zone_id: 'Z0123456789', name: domain, ttl: 300 }

  expect(resource.aws_route53_record).toMatchObject({
    ipv4: { ...record, type: 'A', records: ['203.0.113.5', '203.0.113.6'] },
    ipv6: { ...record, type: 'AAAA', records: ['2001:db8::5'] },
  })
})

test('by Cloudflare, there is a record for each address, without its proxy', () => {
  const zone = '0123456789abcdef0123456789abcdef'
  const { resource } = app(`by: cloudflare, zoneId: "${zone}"`)
  const record = { zone_id: zone, name: domain, ttl: 300, proxied: false }

  expect(resource.cloudflare_dns_record).toMatchObject({
    'ipv4-0': { ...record, type: 'A', content: '203.0.113.5' },
    'ipv4-1': { ...record, type: 'A', content: '203.0.113.6' },
    'ipv6-0': { ...record, type: 'AAAA', content: '2001:db8::5' },
  })
})

test('by NIFCLOUD, there is a record for each address, and the zone’s own name is @', () => {
  expect(app('by: nifcloud, zone: example.com').resource.nifcloud_dns_record).toMatchObject({
    'ipv4-0': {
      zone_id: 'example.com',
      name: template('(var.domain == "example.com") ? "@" : var.domain'),
      type: 'A',
      ttl: 300,
      record: '203.0.113.5',
    },
    'ipv6-0': { type: 'AAAA', record: '2001:db8::5' },
  })
})

test('another domain by the variable must lie in the zone as well', () => {
  expect(app('by: nifcloud, zone: example.com').variable?.domain?.validation).toContainEqual({
    condition: template('var.domain == "example.com" || endswith(var.domain, ".example.com")'),
    error_message: 'domain must lie in the zone example.com, where its records are made.',
  })
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
