import { describe, expect, test } from 'vitest'
import { issueRules, replica } from '../auth/local/support/office.ts'
import { basic } from '../auth/support/checks.ts'
import { type Asked, inProcess } from '../http/support/in-process.ts'
import { sha256 } from '../support/bytes.ts'
import { trial } from '../support/registry.ts'

const alice = { authorization: basic('alice', 'wonder') }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

function opened() {
  const one = replica({ rules: issueRules })
  const { ask, logged } = inProcess({ registry: trial().registry, gate: one.gate, tokens: one.office, quiet: false })
  const parsed = async (asked: Asked) => {
    const { status, headers, body } = await ask(asked)
    return { status, headers, json: JSON.parse(body) }
  }
  const get = (query: string, headers = {}) => parsed({ method: 'GET', path: `/auth/token?${query}`, headers })
  const post = (fields: Record<string, string>, headers = form) =>
    parsed({ method: 'POST', path: '/auth/token', headers, body: new URLSearchParams(fields).toString() })
  return { ...one, ask, logged, get, post }
}

const granted = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).access

test('a challenge leads to the end-point, by the address that the client has used', async () => {
  const { ask } = opened()
  const { headers } = await ask({ method: 'GET', path: '/v2/team/app/tags/list', headers: { host: 'registry.example.com:5000' } })
  expect(headers['www-authenticate']).toBe(
    'Bearer realm="http://registry.example.com:5000/auth/token",service="us",scope="repository:team/app:pull"',
  )
})

describe('GET /auth/token', () => {
  test('gives a token for as much as the rules allow, of several scopes, however they are sent', async () => {
    const { get } = opened()
    const query = 'service=us&scope=repository:team/a:pull,push%20repository:other/b:pull&scope=repository:public/c:*'
    const { status, json, headers } = await get(query, alice)
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(json).toMatchObject({ access_token: json.token, token_type: 'Bearer', expires_in: 300, issued_at: '2026-03-01T12:00:00.000Z' })
    expect(json.refresh_token).toBeUndefined()
    expect(granted(json.token)).toEqual([
      { type: 'repository', name: 'team/a', actions: ['pull', 'push'] },
      { type: 'repository', name: 'public/c', actions: ['pull'] },
    ])
  })

  test('gives one for nothing too: docker login asks for that', async () => {
    const { status, json } = await opened().get('account=alice&client_id=docker&offline_token=true&service=us', alice)
    expect([status, granted(json.token), typeof json.refresh_token]).toEqual([200, [], 'string'])
  })

  test('gives nobody in particular what he may, and else asks for a password, whether it is there or not', async () => {
    const { get } = opened()
    const { json } = await get('scope=repository:public/a:pull,push&offline_token=true')
    expect([granted(json.token), json.refresh_token]).toEqual([[{ type: 'repository', name: 'public/a', actions: ['pull'] }], undefined])
    for (const query of ['', 'scope=repository:team/app:pull', 'scope=registry:catalog:*']) {
      const { status, headers } = await get(query)
      expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="us"'])
    }
  })

  test.each([
    ['a wrong password', { authorization: basic('alice', 'x') }, 401, 'the user name or the password is wrong'],
    ['somebody who is not there', { authorization: basic('bob', 'wonder') }, 401, 'the user name or the password is wrong'],
    ['a token', { authorization: 'Bearer abc' }, 401, 'only user name and password are understood here (Basic)'],
  ])('refuses %s, and logs no password', async (_, headers, status, reason) => {
    const { get, logged } = opened()
    const answer = await get('scope=repository:public/a:pull', headers)
    expect(answer).toMatchObject({ status, json: { errors: [{ code: 'UNAUTHORIZED', detail: { reason } }] } })
    expect(answer.headers['www-authenticate']).toBe('Basic realm="us"')
    expect(logged()).not.toMatch(/wonder|Basic/)
  })

  test('refuses whoever wants a token for another registry', async () => {
    expect(await opened().get('service=registry.docker.io', alice)).toMatchObject({
      status: 400,
      json: { errors: [{ code: 'UNSUPPORTED' }] },
    })
  })
})

describe('POST /auth/token', () => {
  const pair = { grant_type: 'password', username: 'alice', password: 'wonder', client_id: 'test', service: 'us' }

  test('gives a token for a password, and on demand one by which others are had, which stays the same', async () => {
    const { post } = opened()
    const first = await post({ ...pair, scope: 'repository:team/a:pull', access_type: 'offline' })
    expect(granted(first.json.token)).toEqual([{ type: 'repository', name: 'team/a', actions: ['pull'] }])
    const { refresh_token } = first.json
    const again = await post({
      grant_type: 'refresh_token',
      refresh_token,
      scope: 'repository:team/b:push repository:team/c:pull',
      service: 'us',
    })
    expect([again.status, again.json.refresh_token]).toEqual([200, refresh_token])
    expect(granted(again.json.token)).toMatchObject([{ name: 'team/b', actions: ['push'] }, { name: 'team/c' }])
    expect((await post(pair)).json.refresh_token).toBeUndefined()
  })

  test.each<[string, Record<string, string>, number]>([
    ['a wrong password', { ...pair, password: 'x' }, 401],
    ['no password', { grant_type: 'password', username: 'alice' }, 400],
    ['what is no refresh token', { grant_type: 'refresh_token', refresh_token: 'abc' }, 401],
    ['another grant', { grant_type: 'client_credentials' }, 400],
    ['no grant', {}, 400],
    ['a name with control characters', { ...pair, username: 'al\nice' }, 401],
    ['another service', { ...pair, service: 'them' }, 400],
    ['a form that is too long', { ...pair, password: 'x'.repeat(40_000) }, 413],
  ])('refuses %s', async (_, fields, status) => {
    const { post, logged } = opened()
    expect((await post(fields)).status).toBe(status)
    expect(logged()).not.toContain('wonder')
  })

  test('refuses what is no form', async () => {
    expect((await opened().post(pair, { 'content-type': 'application/json' })).status).toBe(400)
  })

  test('refuses a token for the API in place of one by which others are had', async () => {
    const { post } = opened()
    const { json } = await post(pair)
    expect((await post({ grant_type: 'refresh_token', refresh_token: json.token })).status).toBe(401)
  })
})

test('a mount from where one may pull asks for a token for both; from elsewhere, it goes on as an upload', async () => {
  const { ask, get } = opened()
  const { json } = await get('scope=repository:team/a:pull,push', alice)
  const mount = (from: string) =>
    ask({
      method: 'POST',
      path: `/v2/team/a/blobs/uploads/?mount=${sha256('x')}&from=${from}`,
      headers: { authorization: `Bearer ${json.token}` },
    })
  const first = await mount('team/b')
  expect([first.status, first.headers['www-authenticate']]).toEqual([
    401,
    expect.stringContaining('scope="repository:team/a:pull,push repository:team/b:pull",error="insufficient_scope"'),
  ])
  expect((await mount('other/b')).status).toBe(202)
})

test('without auth.local there is no such end-point', async () => {
  const { ask } = inProcess({ registry: trial().registry })
  expect((await ask({ method: 'GET', path: '/auth/token' })).status).toBe(404)
})
