import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { parseChallenge } from '../../../registry-app/src/proxy/challenge.ts'
import { trustedRealm } from '../../../registry-app/src/proxy/trusted-realm.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, sha256 } from '../support/bytes.ts'
import { type TestUpstream, testUpstream } from './support/test-upstream.ts'
import { trialCache } from './support/trial-cache.ts'

const blob = content(1000)
const path = `/v2/hub/app/blobs/${sha256(blob)}`
const basic = `Basic ${Buffer.from('alice:wonder').toString('base64')}`
const alice = { username: 'alice', password: 'wonder' }

/** An upstream that wants a token of `realm`, which its own `/token` hands out. */
async function guarded(realm: (upstream: TestUpstream) => string, answer = { token: 'good', expires_in: 300 } as object) {
  const upstream = await testUpstream()
  upstream.blobs.set(sha256(blob), blob)
  upstream.instead = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/token')) response.end(JSON.stringify(answer))
    else if (request.headers.authorization === 'Bearer good') return false
    else {
      const challenge = `Bearer realm="${realm(upstream)}",service="the upstream",scope="repository:app:pull,push"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
    return true
  }
  return upstream
}

const own = (upstream: TestUpstream) => `${upstream.url.href}token`

/** Whoever pulls here need not be one who may know as whom, and from where. */
test('an upstream that refuses, or does not answer, is told to clients without the name by which it is asked, and without addresses', async () => {
  const upstream = await guarded(own)
  const { call, warnings } = await trialCache({ upstream, as: alice })
  upstream.instead = (request, response) => {
    const headers = { 'www-authenticate': `Bearer realm="${own(upstream)}"` }
    response.writeHead(request.url?.startsWith('/token') ? 403 : 401, headers).end()
    return true
  }
  const denied = await call({ path })
  expectAnswer(denied, { status: 404, code: 'BLOB_UNKNOWN' })
  upstream.instead = (_, response) => {
    response.writeHead(307, { location: 'http://0.0.0.1/secret' }).end()
    return true
  }
  const wrong = await call({ path })
  await upstream.stop()
  const away = await call({ path })
  expect([wrong.status, away.status]).toEqual([502, 503])
  for (const { body } of [denied, wrong, away]) expect(body.toString()).not.toMatch(/alice|127\.0\.0\.1|0\.0\.0\.1|ECONNREFUSED/)
  expect(warnings.join()).toMatch(/alice.*0\.0\.0\.1.*ECONNREFUSED/)
})

describe('an upstream that wants a token', () => {
  test('is brought one, of pulling alone, by who is configured', async () => {
    const upstream = await guarded(own)
    const { call } = await trialCache({ upstream, as: alice })
    expectAnswer(await call({ path }), { status: 200, body: blob })
    const [, second = ''] = upstream.asked
    expect(Object.fromEntries(new URL(second.slice(4), upstream.url).searchParams)).toEqual({
      service: 'the upstream',
      scope: 'repository:app:pull',
      account: 'alice',
    })
    expect(upstream.headers.map(({ authorization }) => authorization)).toEqual([undefined, basic, 'Bearer good'])
  })

  test('is brought the same again, while that is good', async () => {
    const upstream = await guarded(own)
    const { call, under } = await trialCache({ upstream, as: alice })
    const head = () => call({ method: 'HEAD', path })
    await head()
    await head()
    expect(upstream.asked.filter(each => each.includes('/token'))).toHaveLength(1)
    under.clock.move(600_000)
    await head()
    expect(upstream.asked.filter(each => each.includes('/token'))).toHaveLength(2)
  })

  test('is brought one of nobody, where nobody is configured', async () => {
    const upstream = await guarded(own)
    const { call } = await trialCache({ upstream })
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(upstream.headers[1]?.authorization).toBeUndefined()
  })

  test('cannot have the password sent elsewhere', async () => {
    const thief = await testUpstream()
    const upstream = await guarded(() => `http://localhost:${thief.url.port}/token`)
    const { call, warnings } = await trialCache({ upstream, as: alice })
    expectAnswer(await call({ path }), { status: 502 })
    expect(thief.asked).toEqual([])
    expect(warnings.join()).toContain('trustedrealms')
    expect(warnings.join()).not.toContain('wonder')
  })

  test('may have its tokens elsewhere, where the configuration says so', async () => {
    const office = await guarded(own)
    const upstream = await guarded(() => `http://localhost:${office.url.port}/token`)
    const { call } = await trialCache({ upstream, as: { ...alice, trustedRealms: [`localhost:${office.url.port}`] } })
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(office.headers.map(({ authorization }) => authorization)).toEqual([basic])
  })

  test.each([[{ token: 'two words' }], [{ token: 5 }], [{}], [{ token: 'x'.repeat(300_000) }]])('is not brought %j', async answer => {
    const upstream = await guarded(own, answer)
    const { call } = await trialCache({ upstream })
    expectAnswer(await call({ path }), { status: 502 })
  })

  test('whose tokens were asked for too often is left in peace for as long as that wants, and no client hears who is asked', async () => {
    const upstream = await guarded(own)
    const { call, warnings, under } = await trialCache({ upstream })
    const ordinary = upstream.instead
    upstream.instead = (request, response) => {
      if (!request.url?.startsWith('/token')) return ordinary(request, response)
      response.writeHead(429, { 'retry-after': '120' }).end()
      return true
    }
    const limited = await call({ path })
    expectAnswer(limited, { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '120' } })
    expect(limited.body.toString()).not.toContain('127.0.0.1')
    under.clock.move(60_000)
    expectAnswer(await call({ path }), { status: 429, headers: { 'retry-after': '60' } })
    expect(upstream.asked).toHaveLength(2)
    under.clock.move(61_000)
    upstream.instead = ordinary
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(warnings.join()).toContain('where its tokens are, answers 429')
  })

  test('that refuses the token, too, is not asked for ever', async () => {
    const upstream = await guarded(own, { token: 'bad' })
    const { call } = await trialCache({ upstream })
    expectAnswer(await call({ path }), { status: 404, code: 'BLOB_UNKNOWN' })
    expect(upstream.asked.length).toBeLessThan(8)
  })
})

describe('an upstream that wants a password', () => {
  async function asking() {
    const upstream = await testUpstream()
    upstream.blobs.set(sha256(blob), blob)
    upstream.instead = (request, response) => {
      if (request.headers.authorization === basic) return false
      response.writeHead(401, { 'www-authenticate': 'Basic realm="upstream"' }).end()
      return true
    }
    return upstream
  }

  test('is told it, from then on at once', async () => {
    const upstream = await asking()
    const { call } = await trialCache({ upstream, as: alice })
    await call({ method: 'HEAD', path })
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(upstream.headers.map(({ authorization }) => authorization)).toEqual([undefined, basic, basic])
  })

  test('has nothing for who is told none', async () => {
    const upstream = await asking()
    const { call } = await trialCache({ upstream })
    const answer = await call({ path })
    expectAnswer(answer, { status: 404, code: 'BLOB_UNKNOWN' })
    expect(answer.headers['www-authenticate']).toBeUndefined()
  })
})

describe('a realm', () => {
  const trusted = (realm: string, upstream: string, trustedRealms: string[] = []) =>
    trustedRealm(realm, { url: new URL(upstream), trustedRealms })?.href

  test.each([
    ['https://auth.docker.io/token', 'https://registry-1.docker.io'],
    ['https://ghcr.io/token', 'https://ghcr.io'],
    ['https://gitlab.com/jwt/auth', 'https://registry.gitlab.com'],
    ['https://example.com:8443/auth', 'https://example.com'],
    ['http://10.0.0.1:5001/auth', 'http://10.0.0.1:5000'],
  ])('%s is trusted for %s', (realm, upstream) => expect(trusted(realm, upstream)).toBe(realm))

  test.each([
    ['https://auth.docker.io.example.com/token', 'https://registry-1.docker.io'],
    ['https://evil.docker.io/token', 'https://registry-1.docker.io'],
    ['http://ghcr.io/token', 'https://ghcr.io'],
    ['https://user@ghcr.io/token', 'https://ghcr.io'],
    ['https://io/token', 'https://ghcr.io'],
    ['https://other.gitlab.com/jwt/auth', 'https://registry.gitlab.com'],
    // That is everybody's.
    ['https://co.uk/token', 'https://registry.example.co.uk'],
    ['file:///etc/passwd', 'https://ghcr.io'],
    ['', 'https://ghcr.io'],
  ])('%s is not trusted for %s', (realm, upstream) => expect(trusted(realm, upstream)).toBeUndefined())

  test('is trusted where the configuration names its host', () => {
    expect(trusted('https://auth.example.org/t', 'https://example.com', ['auth.example.org'])).toBeDefined()
    expect(trusted('https://auth.example.org:444/t', 'https://example.com', ['auth.example.org'])).toBeUndefined()
  })
})

test.each([
  ['Basic realm="x"', { scheme: 'basic' }],
  ['bearer Realm="https://a/t", service=b', { scheme: 'bearer', realm: 'https://a/t', service: 'b' }],
  ['Basic realm="x", Bearer realm="https://a/t"', { scheme: 'bearer', realm: 'https://a/t', service: undefined }],
  ['Bearer realm="a\\"b"', { scheme: 'bearer', realm: 'a"b', service: undefined }],
  ['Bearer scope="x"', undefined],
  ['Digest realm="x"', undefined],
  ['', undefined],
  [undefined, undefined],
])('the challenge %s is understood', (header, challenge) => expect(parseChallenge(header)).toEqual(challenge))
