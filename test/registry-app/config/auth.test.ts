import { describe, expect, test } from 'vitest'
import { isGuessable } from '../../../registry-app/src/config/guessable.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { complaintsOf } from './complaints-of.ts'

const storage = 'storage: inmemory\n'
const load = (text: string, environment = {}) => loadConfig({ file: { name: 'config.yml', text: storage + text }, environment }).config.auth
const defaults = { realm: 'Registry', storedusers: true, remember: 300_000 }

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
    ['auth: {silly: }', /auth\.silly: is no way that this version knows; there are none, htpasswd and local/],
    ['auth: {token: {realm: a}}', /auth\.token: this version knows no token server but its own; use auth\.local/],
    ['auth: {token: }', /auth\.token: is no way/],
    ['auth: {htpaswd: {}}', /auth\.htpaswd: unknown key; did you mean htpasswd\?/],
    ['auth: {htpaswd: }', /auth\.htpaswd: unknown key; did you mean htpasswd\?/],
    ['auth: no', /auth: must be a section/],
  ])('%s is refused', (text, says) => {
    const complaints = complaintsOf(storage + text)
    expect(complaints[0]).toMatch(says)
    expect(complaints.join()).not.toContain('hunter2')
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
