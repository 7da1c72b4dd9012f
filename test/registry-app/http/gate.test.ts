import { describe, expect, test } from 'vitest'
import { routes } from '../../../registry-app/src/api/routes.ts'
import type { Admission, Gate } from '../../../registry-app/src/auth/gate.ts'
import { TooManySignIns } from '../../../registry-app/src/auth/refusals.ts'
import { healthPages } from '../../../registry-app/src/http/health-pages.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import { basic } from '../auth/support/checks.ts'
import { sha256 } from '../support/bytes.ts'
import { mayEverything } from './support/callers.ts'
import { eventually } from './support/eventually.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { passwords } from './support/passwords.ts'
import { trialServer } from './support/trial-server.ts'

const challenge = { 'www-authenticate': 'Basic realm="Registry"' }
const alice = { authorization: basic('alice', 'wonder') }
const digest = sha256('x')

/** Every end-point of the table, with something in each place of its path. */
const calls = routes.map(({ method, pattern }) => [
  method,
  pattern
    .replace('<name>', 'team/app')
    .replace(/<digest>/, digest)
    .replace('<reference>', 'latest')
    .replace('<upload>', 'some-upload'),
])

describe('with a gate', () => {
  test.each([...calls, ['HEAD', '/v2/'], ['HEAD', '/v2/team/app/manifests/latest']])(
    '%s %s is answered by 401 to who has no password',
    async (method, path) => {
      const { call } = await trialServer({ pipeline: { gate: passwords() } })
      for (const headers of [{}, { authorization: basic('alice', 'x') }, { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }]) {
        const answer = await call({ method, path, headers })
        expectAnswer(answer, { status: 401, headers: challenge, ...(method === 'HEAD' ? {} : { code: 'UNAUTHORIZED' }) })
      }
    },
  )

  test.each(calls)('%s %s is answered to who has one', async (method, path) => {
    const { call } = await trialServer({ pipeline: { gate: passwords() } })
    expect((await call({ method, path, headers: alice })).status).not.toBe(401)
  })

  test('GET /v2/ is how docker login tries a password', async () => {
    const { call } = await trialServer({ pipeline: { gate: passwords() } })
    expectAnswer(await call({ path: '/v2/', headers: alice }), { status: 200, json: {} })
  })

  test('what the configuration forbids is nobody else’s to know', async () => {
    const { call } = await trialServer({ pipeline: { gate: passwords() }, settings: { deleteEnabled: false } })
    const deletion = { method: 'DELETE', path: '/v2/a/manifests/latest' }
    expect((await call(deletion)).status).toBe(401)
    expect((await call({ ...deletion, headers: alice })).status).toBe(405)
  })

  test.each(['/', '/healthz', '/readyz'])('%s needs no password', async path => {
    const pages = healthPages([], () => performance.now())
    const { call } = await trialServer({ pipeline: { gate: passwords(), pages } })
    expect((await call({ path })).status).toBe(200)
  })

  test('a body is not stored before its sender is known', async () => {
    const { call, driver } = await trialServer({ pipeline: { gate: passwords() } })
    const answer = await call({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${digest}`, body: 'x' })
    expectAnswer(answer, { status: 401, headers: challenge, code: 'UNAUTHORIZED' })
    for await (const { objects } of driver.list('')) expect(objects).toEqual([])
  })

  test('the access log has the name of who was let in, of nobody else, and no password', async () => {
    const { call, log } = await trialServer({ pipeline: { gate: passwords() } })
    await call({ path: '/v2/', headers: alice })
    await call({ path: '/v2/', headers: { authorization: basic('alice', 'not-hers') } })
    await eventually(() => log().length).toBe(2)
    const names = log().map(line => JSON.parse(line)['auth.user.name'])
    expect(names).toEqual(['alice', undefined])
    for (const secret of ['wonder', 'not-hers', alice.authorization.slice(6)]) expect(log().join()).not.toContain(secret)
  })
})

describe('a gate', () => {
  const asking = async (admit: Gate['admit'], path: string, method = 'GET') => {
    const { call } = await trialServer({ pipeline: { gate: { admit } } })
    return call({ method, path, headers: alice })
  }

  test.each([
    ['GET', '/v2/', 'none', ''],
    ['GET', '/v2/_catalog', 'catalog', ''],
    ['GET', '/v2/team/app/tags/list', 'pull', 'team/app'],
    ['PUT', '/v2/team/app/manifests/latest', 'push', 'team/app'],
    ['DELETE', '/v2/team/app/manifests/latest', 'delete', 'team/app'],
  ])('is told what %s %s is about', async (method, path, scope, repository) => {
    const asked: Admission[] = []
    const admit: Gate['admit'] = admission => {
      asked.push(admission)
      return mayEverything
    }
    await asking(admit, path, method)
    expect(asked).toEqual([
      { authorization: alice.authorization, scope, repository, source: undefined, address: '127.0.0.1', base: expect.any(Function) },
    ])
  })

  test('may know somebody, and deny it to him: 403', async () => {
    const answer = await asking(() => Promise.reject(new RegistryError('DENIED', {})), '/v2/a/tags/list')
    expectAnswer(answer, { status: 403, code: 'DENIED', headers: { 'www-authenticate': undefined } })
  })

  test('may ask to come again: 429 with Retry-After', async () => {
    const answer = await asking(() => Promise.reject(new TooManySignIns()), '/v2/')
    expectAnswer(answer, { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '5', 'www-authenticate': undefined } })
  })

  test('that breaks lets nobody in, and tells nothing', async () => {
    const answer = await asking(() => Promise.reject(new Error('at /srv')), '/v2/')
    expectAnswer(answer, { status: 500, json: { errors: [{ code: 'UNKNOWN', message: 'unknown error' }] } })
  })

  test('lets somebody mount from anywhere, since he may pull everything', async () => {
    const { call } = await trialServer({ pipeline: { gate: passwords() } })
    const blob = `/v2/other/blobs/uploads/?digest=${digest}`
    expect((await call({ method: 'POST', path: blob, headers: alice, body: 'x' })).status).toBe(201)
    expect((await call({ method: 'POST', path: `/v2/mine/blobs/uploads/?mount=${digest}`, headers: alice })).status).toBe(201)
  })
})
