import { expect, test } from 'vitest'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { locator } from '../../../registry-app/src/http/locate.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { openAuth } from '../../../registry-app/src/wiring/open-auth.ts'
import { inProcess } from '../http/support/in-process.ts'
import { trial } from '../support/registry.ts'
import { basic } from './support/checks.ts'

/** Opened as `serve` does, by a configuration: what it says in the log, and what whoever asks gets. */
async function opened(text: string) {
  const { config } = loadConfig({ file: { name: 'config.yml', text: `version: 0.1\nstorage: inmemory\n${text}` }, environment: {} })
  const lines: string[] = []
  const now = () => new Date()
  const log = createLog({ level: 'info', formatter: 'json', fields: {}, now, write: line => lines.push(line) })
  const { registry, driver } = trial()
  const opening = await openAuth(config, {
    driver,
    log,
    secret: 'a secret of the registry',
    locate: locator({ prefix: '', relativeurls: false }),
    clock: () => performance.now(),
    now,
    randomName: () => 'abcdefgh0123',
  })
  const { ask } = inProcess({ registry, gate: opening?.gate, tokens: opening?.tokens, log, quiet: false })
  const logged = () => {
    log.flush()
    return lines.flatMap(each => each.trim().split('\n')).map(line => JSON.parse(line))
  }
  return { ask, logged }
}

const alice = { authorization: basic('alice', 'wonderland') }
const rules = `auth: {local: {username: alice, password: wonderland}}
groups: {dev: [alice]}
access:
  - { name: readers, repositories: ["team/**"], who: ["group:dev"], actions: [pull] }
  - { repositories: ["other/**"], who: ["user:bob"], actions: [pull, push] }
`

test('who is known and may not gets no name of a rule; the log has those that came near, and his name twice', async () => {
  const { ask, logged } = await opened(rules)
  const answer = await ask({ method: 'PUT', path: '/v2/team/app/manifests/latest', headers: alice, body: '{}' })
  expect([answer.status, JSON.parse(answer.body).errors[0].code]).toEqual([403, 'DENIED'])
  expect(JSON.stringify(answer)).not.toMatch(/readers|rule 2/)
  const [denial, ...more] = logged().filter(({ msg }) => msg === 'access denied')
  expect(more).toEqual([])
  expect(denial).toMatchObject({
    'auth.user.name': 'alice',
    action: 'push',
    'vars.name': 'team/app',
    'access.rules': 'readers lacks the action',
    'http.request.remoteaddr': '192.0.2.1',
  })
  expect(logged().find(({ msg }) => msg === 'response completed')).toMatchObject({ 'vars.name': 'team/app', 'auth.user.name': 'alice' })
})

test('the access log has the name of whoever got a token, and of nobody whose password is wrong', async () => {
  const { ask, logged } = await opened(rules)
  const path = '/auth/token?scope=repository:team/app:pull'
  for (const headers of [alice, { authorization: basic('alice', 'not-hers') }]) await ask({ method: 'GET', path, headers })
  const names = logged().flatMap(line => (line.msg === 'response completed' ? [line['auth.user.name']] : []))
  expect(names).toEqual(['alice', undefined])
})

test('a rule for nobody is warned of at the start', async () => {
  const { logged } = await opened(`${rules}  - { repositories: ["**"], who: ["claim:ci"], actions: [pull] }\n`)
  expect(logged().map(({ level, msg }) => `${level}: ${msg}`)).toContain(
    'warn: access: rule 3 is for claim:ci, which is nobody: auth.oidc has no entry of that name',
  )
})

const redirecting =
  'auth: {token: {realm: "http://elsewhere.test/", autoredirect: true, autoredirectpath: /tokens, service: s, issuer: i, ' +
  `jwks: '{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'}}`

test('with auth.token.autoredirect, clients are sent to the host that they came to, by https, whatever realm says', async () => {
  const { ask } = await opened(redirecting)
  const { status, headers } = await ask({ method: 'GET', path: '/v2/', headers: { host: 'registry.test:8443' } })
  expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="https://registry.test:8443/tokens",service="s"'])
})

test.each(['999.1.1.1', '1.2.3.4.5', 'a%zz', '%'])(
  'with auth.token.autoredirect, a host that can be none is no failure: %s',
  async host => {
    const { ask, logged } = await opened(redirecting)
    const { status, headers } = await ask({ method: 'GET', path: '/v2/', headers: { host } })
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="https://localhost/tokens",service="s"'])
    expect(logged().filter(({ level }) => level === 'error')).toEqual([])
  },
)
