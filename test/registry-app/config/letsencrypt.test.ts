import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { complaintsOf } from './complaints-of.ts'

const file = (letsencrypt: string, more = '') => `storage: inmemory\nhttp:\n  addr: :443\n${more}  tls:\n    letsencrypt: ${letsencrypt}\n`
const load = (text: string, environment = {}) => loadConfig({ file: { name: 'config.yml', text }, environment }).config.http

describe('http.tls.letsencrypt', () => {
  test('is off without hosts, also where Distribution’s file has the section', () => {
    expect(load(file('{cachefile: , email: , hosts: []}')).tls.letsencrypt.hosts).toEqual([])
  })

  test('asks Let’s Encrypt itself unless told', () => {
    const { letsencrypt } = load(file('{hosts: [Registry.Example.com.], email: you@example.com}')).tls
    expect(letsencrypt).toMatchObject({
      hosts: ['registry.example.com'],
      email: 'you@example.com',
      directoryurl: 'https://acme-v02.api.letsencrypt.org/directory',
    })
    expect(letsencrypt.cachefile).toBeUndefined()
    expect(letsencrypt.challenges).toBeUndefined()
  })

  test('is set by Distribution’s variables', () => {
    const environment = { REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS: '[a.example.com]', REGISTRY_HTTP_TLS_LETSENCRYPT_CACHEFILE: '/var/lib/acme' }
    expect(load('storage: inmemory', environment).tls.letsencrypt).toMatchObject({ hosts: ['a.example.com'], cachefile: '/var/lib/acme' })
  })

  test.each([
    ['{hosts: ["*.example.com"]}', 'must be a name without *'],
    ['{hosts: [10.0.0.1]}', 'must be a DNS name'],
    ['{hosts: [localhost]}', 'must be a DNS name'],
    ['{hosts: ["example.com:443"]}', 'must be a DNS name'],
    ['{hosts: [../../etc.passwd]}', 'must be a DNS name'],
    ['{hosts: [bücher.example]}', 'other letters in their xn-- form'],
    ['{cachefile: /var/lib/acme}', 'must name the hosts'],
    ['{hosts: [a.example], directoryurl: http://a.example}', 'must be an https URL'],
    ['{hosts: [a.example], challenges: [dns-01]}', 'must be one of tls-alpn-01, http-01'],
    ['{hosts: [a.example], challenges: []}', 'must name one at least'],
    ['{hosts: [a.example], eab: {kid: mine}}', 'must have both kid and hmackey'],
  ])('does not take %s', (letsencrypt, complaint) => {
    expect(complaintsOf(file(letsencrypt)).join('\n')).toContain(complaint)
  })

  test('does not show the key of an external account in a complaint', () => {
    expect(complaintsOf(file('{hosts: [a.example], eab: {hmackey: hunter2}}')).join('\n')).not.toContain('hunter2')
  })

  test('goes with files, or without, but not with both', () => {
    const both = 'storage: inmemory\nhttp: {tls: {certificate: a.pem, key: b.pem, letsencrypt: {hosts: [a.example]}}}'
    expect(complaintsOf(both).join('\n')).toContain('must not be given beside letsencrypt.hosts')
  })

  test('is TLS enough to lead plain HTTP to, and to ask clients for certificates', () => {
    expect(load(file('{hosts: [a.example]}', '  redirect: {addr: ":80"}\n')).redirect.addr).toBe(':80')
    const asking = 'storage: inmemory\nhttp: {tls: {clientcas: [ca.pem], letsencrypt: {hosts: [a.example]}}}'
    expect(load(asking).tls.clientcas).toEqual(['ca.pem'])
  })
})
