import { describe, expect, test } from 'vitest'
import { isGuessable } from '../../../registry-app/src/config/guessable.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { complaintsOf } from './complaints-of.ts'

const storage = 'storage: inmemory\n'
const load = (text: string, environment = {}) => loadConfig({ file: { name: 'config.yml', text: storage + text }, environment }).config.auth
const defaults = { realm: 'Registry', storedusers: true, remember: 300_000 }

/** Entries of `auth.oidc`, each with what is written over what is right. */
const oidc = (...entries: readonly string[]) => {
  const all = entries.map(over => {
    const base = { name: 'name: ci', issuer: "issuer: 'https://issuer.example.com'", audience: 'audience: a', claims: 'claims: {sub: x}' }
    const kept = Object.entries(base).flatMap(([name, text]) => (over.includes(`${name}: `) ? [] : [text]))
    return `{${[...kept, over].filter(Boolean).join(', ')}}`
  })
  return `auth: {local: {}, oidc: [${all.join(', ')}]}`
}

describe('auth', () => {
  test.each([
    ['nothing', ''],
    ['an empty key', 'auth:'],
    ['an empty section', 'auth: {}'],
    ['auth: none', 'auth: none'],
    ['none as a section', 'auth: {none: {}}'],
    ['none with nothing behind it', 'auth: {none: }'],
  ])('%s serves everybody', (_, text) => {
    expect(load(text)?.htpasswd).toBeUndefined()
  })

  test.each([
    ['by its name', 'auth: htpasswd'],
    ['with nothing behind it', 'auth:\n  htpasswd:\n'],
    ['with an empty section', 'auth: {htpasswd: {}}'],
  ])('htpasswd is on %s, so that nobody is served who was meant to be kept out', (_, text) => {
    expect(load(text)?.htpasswd).toEqual(defaults)
  })

  test('is read from the variables of Distribution’s own instructions', () => {
    const environment = {
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_AUTH_HTPASSWD_REALM: 'Registry Realm',
      REGISTRY_AUTH_HTPASSWD_PATH: '/auth/htpasswd',
    }
    expect(load('', environment)?.htpasswd).toEqual({ ...defaults, realm: 'Registry Realm', path: '/auth/htpasswd' })
  })

  test('takes a first user from variables', () => {
    const environment = { REGISTRY_AUTH_HTPASSWD_USERNAME: 'admin', REGISTRY_AUTH_HTPASSWD_PASSWORD: '0123456789' }
    expect(load('auth: htpasswd', environment)?.htpasswd).toEqual({ ...defaults, username: 'admin', password: '0123456789' })
  })

  test.each([
    ['auth: {htpasswd: {username: admin}}', /^config\.yml:2:\d+: auth\.htpasswd\.password: must be given/],
    ['auth: {htpasswd: {password: longenough}}', /auth\.htpasswd\.username: must be given/],
    ['auth: {htpasswd: {username: "a:b", password: longenough}}', /auth\.htpasswd\.username: must have no colon/],
    ['auth: {htpasswd: {username: a, password: hunter2}}', /auth\.htpasswd\.password: must have at least 8 characters \(it says \*\*\*\)/],
    ['auth: {htpasswd: {realm: "a\\nb"}}', /auth\.htpasswd\.realm: must be one line of ASCII text/],
    ['auth: {htpasswd: {remember: 2h}}', /auth\.htpasswd\.remember: must be at most 1h/],
    ['auth: {htpasswd: {}, none: {}}', /^config\.yml:2:\d+: auth: names more than one way, htpasswd and none/],
    ['auth: silly', /auth\.silly: this lets in whoever sends any Authorization header/],
    ['auth: {silly: {realm: a, service: b}}', /auth\.silly: this lets in/],
    ['auth: {silly: }', /auth\.silly: is no way that this version knows; there are none, htpasswd, local and token/],
    ['auth: {token: }', /auth\.token: must say whose tokens are believed/],
    ['auth: {token: {service: s, issuer: i, jwks: k}}', /auth\.token\.realm: must be the URL at which clients get tokens, or autoredirect/],
    ['auth: {token: {realm: r, issuer: i, jwks: k}}', /auth\.token\.service: /],
    ['auth: {token: {realm: r, service: s, jwks: k}}', /auth\.token\.issuer: /],
    ['auth: {token: {realm: r, service: s, issuer: i}}', /auth\.token\.rootcertbundle: must be given, or jwks/],
    ['auth: {token: {realm: "a\\nb", service: s, issuer: i, jwks: k}}', /auth\.token\.realm: must be the URL/],
    ['auth: {token: {realm: r, service: s, issuer: i, jwks: k, signingalgorithms: [none]}}', /signingalgorithms\.0: must be one of EdDSA/],
    ['auth: {token: {realm: r, service: s, issuer: i, jwks: k, signingalgorithms: []}}', /signingalgorithms: must name one at least/],
    ['auth: {attempts: {allowed: 5}}', /auth\.attempts: is about signing in, so auth\.local or auth\.htpasswd must be there too/],
    ['auth: {none: {}, oidc: []}', /auth\.oidc: is about signing in/],
    ['auth: {local: {}, attempts: {longest: 2h}}', /auth\.attempts\.longest: must be at most 1h/],
    [oidc("issuer: 'http://issuer.example.com'"), /auth\.oidc\.0\.issuer: must be a URL of https/],
    [oidc("issuer: 'http://issuer.example.com', insecure: true"), /auth\.oidc\.0\.issuer: must be a URL of https/],
    [oidc("issuer: 'https://user:hunter2@issuer.example.com'"), /auth\.oidc\.0\.issuer: must be a URL of https/],
    [oidc("issuer: 'https://issuer.example.com/?a'"), /auth\.oidc\.0\.issuer: must have no query/],
    [oidc("jwksuri: 'http://127.0.0.1/keys'"), /auth\.oidc\.0\.jwksuri: must be a URL of https/],
    [oidc('claims: {}'), /auth\.oidc\.0\.claims: must name one claim at least/],
    [oidc('claims: {sub: []}'), /auth\.oidc\.0\.claims: must say what each claim is to be/],
    [oidc("claims: {sub: ''}"), /auth\.oidc\.0\.claims: must say what each claim is to be/],
    [oidc('audience: ""'), /auth\.oidc\.0\.audience: must say for whom tokens are/],
    [oidc('name: "a b"'), /auth\.oidc\.0\.name: must be a name of at most 64/],
    [oidc('', ''), /auth\.oidc\.1\.name: stands there twice/],
    [oidc('', "name: b, jwksuri: 'https://issuer.example.com/keys'"), /auth\.oidc\.0\.jwksuri: must be the same wherever the issuer is/],
    ['auth: {htpaswd: {}}', /auth\.htpaswd: unknown key; did you mean htpasswd\?/],
    ['auth: {htpaswd: }', /auth\.htpaswd: unknown key; did you mean htpasswd\?/],
    ['auth: no', /auth: must be a section/],
  ])('%s is refused', (text, says) => {
    const complaints = complaintsOf(storage + text)
    expect(complaints[0]).toMatch(says)
    expect(complaints.join()).not.toContain('hunter2')
  })
})

test('auth.token has the defaults of Distribution', () => {
  const written = {
    realm: 'https://auth.example.com/token',
    service: 'registry.example.com',
    issuer: 'auth.example.com',
    jwks: '/keys.json',
  }
  const text = `auth: {token: ${JSON.stringify(written)}}`
  expect(load(text)?.token).toEqual({
    ...written,
    signingalgorithms: [
      'EdDSA',
      'HS256',
      'HS384',
      'HS512',
      'RS256',
      'RS384',
      'RS512',
      'ES256',
      'ES384',
      'ES512',
      'PS256',
      'PS384',
      'PS512',
    ],
    autoredirect: false,
    autoredirectpath: '/auth/token',
  })
})

test('auth.oidc takes a pattern, a list of them, and what YAML takes for another kind of value', () => {
  const text = oidc('claims: {repository: acme/*, ref: [main, refs/tags/**], protected: true, ids: [12, no]}')
  expect(load(text)?.oidc?.[0]?.claims).toEqual({
    repository: ['acme/*'],
    ref: ['main', 'refs/tags/**'],
    protected: ['true'],
    ids: ['12', 'false'],
  })
})

test.each([
  ['secret', true],
  ['asecretforlocaldevelopment', true],
  ['my-local-test-registry-secret', true],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', true],
  ['k3vQ9z', true],
  ['5f2b8c1d9e7a4630', false],
  ['correct horse battery staple', false],
])('the secret %s can be guessed: %s', (secret, guessable) => {
  expect(isGuessable(secret)).toBe(guessable)
})
