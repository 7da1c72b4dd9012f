import { describe, expect, test } from 'vitest'
import { explain } from '../../../../registry-app/src/tls/acme/explain.ts'
import { AcmeProblem, ChallengeFailed } from '../../../../registry-app/src/tls/acme/problem.ts'

const problem = (type: string, detail = 'its own words') =>
  new AcmeProblem({ type: `urn:ietf:params:acme:error:${type}`, detail }, { status: 403 })
const host = 'registry.test'

describe('a challenge that failed is explained', () => {
  test.each([
    ['http-01', 'dns', 'DNS problem: NXDOMAIN', 'make an A or AAAA record that points here'],
    ['http-01', 'connection', 'Timeout during connect', 'it reached nobody at port 80 of registry.test: open that port'],
    ['tls-alpn-01', 'connection', 'Timeout during connect', 'it reached nobody at port 443 of registry.test: open that port'],
    [
      'tls-alpn-01',
      'tls',
      'remote error: tls: no application protocol',
      'whether a proxy ends TLS before this registry (then use http-01)',
    ],
    ['http-01', 'unauthorized', 'Invalid response: 404', 'somebody else answers at http://registry.test/.well-known/acme-challenge/'],
    ['tls-alpn-01', 'unauthorized', 'Incorrect validation certificate', 'somebody else answers at registry.test:443'],
    ['http-01', 'caa', 'CAA record prevents issuance', 'does not allow this authority: add it there'],
    ['http-01', 'connection', 'could not resolve URL', 'make an A or AAAA record'],
    ['tls-alpn-01', 'unauthorized', 'Failed to connect to 10.0.0.1:443', 'it reached nobody at port 443'],
  ] as const)('%s, %s: %s', (challenge, type, detail, expected) => {
    const said = explain(new ChallengeFailed(challenge, problem(type, detail)), host)
    expect(said).toContain(expected)
    expect(said).toContain(`${challenge} failed: the certificate authority says "${detail}" (${type})`)
  })
})

test.each([
  ['externalAccountRequired', 'set http.tls.letsencrypt.eab.kid and eab.hmackey'],
  ['rateLimited', 'it allows no more for now'],
  ['rejectedIdentifier', 'it gives no certificates for this name'],
  ['unauthorized', 'look whether the account was deactivated'],
  ['somethingNew', 'the certificate authority says "its own words" (somethingNew)'],
])('a refusal of type %s is explained', (type, expected) => {
  expect(explain(problem(type), host)).toContain(expected)
})

test('what an authority says is one line of printable letters, with the complaints about single names', () => {
  const document = { type: 'x', detail: 'two\r\nlines \u001b[31m', subproblems: [{ detail: 'first' }, 'no problem', { detail: 'second' }] }
  expect(new AcmeProblem(document).message).toBe('two lines [31m; first; second')
  expect(new AcmeProblem({ detail: 'x'.repeat(10_000) }).message).toHaveLength(500)
})
