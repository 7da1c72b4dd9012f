import { expect, test } from 'vitest'
import { type Reach, type Reachable, reach } from '../../../lib/environment/reach.ts'

const user = { by: 'password', user: 'docker' } as const

test.each<[string, Reachable, Reach]>([
  ['nothing said', {}, { certificate: { by: 'none' }, auth: { by: 'none' }, port: { number: 5000, loopback: true } }],
  [
    'a domain',
    { domain: 'registry.example.com' },
    { certificate: { by: 'letsencrypt' }, auth: user, port: { number: 443, loopback: false }, redirectPort: 80 },
  ],
  [
    'a certificate at another port',
    { domain: 'registry.lan', certificate: { by: 'self-signed' }, host: { port: 5443 } },
    { certificate: { by: 'self-signed' }, auth: user, port: { number: 5443, loopback: false } },
  ],
  [
    'an open door that was asked for',
    { domain: 'registry.example.com', auth: { by: 'none' } },
    { certificate: { by: 'letsencrypt' }, auth: { by: 'none' }, port: { number: 443, loopback: false }, redirectPort: 80 },
  ],
  [
    'tokens that were asked for',
    { domain: 'registry.example.com', auth: { by: 'tokens', user: 'mia' } },
    { certificate: { by: 'letsencrypt' }, auth: { by: 'tokens', user: 'mia' }, port: { number: 443, loopback: false }, redirectPort: 80 },
  ],
  [
    'a Swarm without a certificate',
    { certificate: { by: 'none' }, host: { swarm: { replicas: 2, endpoint: 'vip', constraints: [] } } },
    { certificate: { by: 'none' }, auth: user },
  ],
])('%s', (_, environment, expected) => {
  expect(reach(environment)).toEqual(expected)
})

test.each([
  ['nginx-proxy', undefined],
  ['traefik', undefined],
  ['other', { number: 5000, loopback: true }],
] as const)('behind %s, nothing but the proxy reaches it', (proxy, port) => {
  const certificate = { by: 'proxy', proxy, resolver: 'letsencrypt', entryPoint: 'websecure' } as const

  const reached = reach({ domain: 'registry.example.com', certificate })

  expect([reached.port, reached.redirectPort, reached.auth]).toEqual([port, undefined, user])
})
