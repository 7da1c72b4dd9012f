import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AcceptedIdentity, identityTokens } from '../../../../registry-app/src/auth/oidc/identity-tokens.ts'
import { type OidcIssuer, startOidcIssuer } from '../../../support/oidc-issuer.ts'
import { ecPair, part, time, token } from '../support/tokens.ts'

const hour = 3_600_000

let issuer: OidcIssuer
beforeEach(async () => {
  issuer = await startOidcIssuer(() => time)
})
afterEach(() => issuer.stop())

function opened(more: readonly Partial<AcceptedIdentity>[] = [{}]) {
  let passed = 0
  const [warnings, refusals, urls]: [unknown[], unknown[], string[]] = [[], [], []]
  const accepted = more.map(each => ({
    name: 'ci',
    issuer: issuer.url,
    audience: 'registry.test',
    claims: { repository: ['acme/*'], ref: ['refs/heads/main'] },
    ...each,
  }))
  const way = identityTokens({
    accepted,
    fetch: (url, options) => {
      urls.push(url)
      return fetch(url, options)
    },
    warn: (message, fields) => warnings.push([message, fields?.error].filter(Boolean).join(' ')),
    refused: (why, address) => refusals.push([why, address]),
    clock: () => passed,
    now: () => time * 1000 + passed,
  })
  const pair = (password: string) => ({ name: 'whoever', password: Buffer.from(password) })
  return {
    way,
    warnings,
    refusals,
    urls,
    recognises: (password: string) => way.recognises(pair(password)),
    prove: (password: string) => way.prove(pair(password), { address: '192.0.2.1', known: false }),
    pass: (milliseconds: number) => {
      passed += milliseconds
    },
  }
}

const wrong = { name: 'WrongCredentials' }
const away = { code: 'UNAVAILABLE', status: 503 }

describe('an identity token', () => {
  test('is a password, of somebody who is known by what he claims', async () => {
    const { prove, recognises } = opened()
    const text = issuer.token()
    expect([recognises(text), recognises('a.b.c'), recognises('eyJ'), recognises('correct horse')]).toEqual([true, false, false, false])
    const proven = await prove(text)
    expect(proven).toMatchObject({
      identity: { kind: 'claims', name: 'repo:acme/app:ref:refs/heads/main', claims: ['ci'] },
      until: (time + 360) * 1000,
    })
    expect(issuer.asked()).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  test('has the names of all that it fits, and is the same object again', async () => {
    const { prove } = opened([{}, { name: 'all', claims: { repository: ['**'] } }, { name: 'other', claims: { ref: ['refs/tags/*'] } }])
    const { identity } = await prove(issuer.token())
    expect(identity).toMatchObject({ claims: ['ci', 'all'] })
    expect((await prove(issuer.token({ jti: 'another' }))).identity).toBe(identity)
  })

  test('holds until it ends', async () => {
    const { prove, pass } = opened()
    const proven = await prove(issuer.token())
    expect(proven.holds()).toBe(true)
    pass(361_000)
    expect(proven.holds()).toBe(false)
  })

  test('is recalled by what a token of ours says of it, as long as the configuration says the same', async () => {
    const { way, prove } = opened()
    const { identity, mark } = await prove(issuer.token())
    const { name } = identity
    expect(way.recall({ kind: 'claims', name, mark, claims: ['ci'] })).toBe(identity)
    expect(way.recall({ kind: 'claims', name, mark, claims: [] })).toBeUndefined()
    expect(way.recall({ kind: 'claims', name, mark, claims: ['ci', 'admin'] })).toBeUndefined()
    expect(way.recall({ kind: 'user', name, mark, claims: ['ci'] })).toBeUndefined()
    const stricter = opened([{ claims: { repository: ['acme/app'], ref: ['refs/heads/main'] } }])
    expect(stricter.way.recall({ kind: 'claims', name, mark, claims: ['ci'] })).toBeUndefined()
  })

  test('costs the issuer nothing for an hour, and then no waiting', async () => {
    const { prove, pass } = opened()
    await prove(issuer.token())
    issuer.asked()
    for (let count = 0; count < 20; count += 1) await prove(issuer.token({ jti: String(count) }))
    expect(issuer.asked()).toEqual([])
    pass(hour + 1000)
    await prove(issuer.token({ exp: time + 7200 }))
    await expect.poll(() => issuer.asked()).toContain('/keys')
  })

  test('may name no key where the issuer has only one', async () => {
    await opened().prove(issuer.token({}, { kid: undefined }))
  })

  test('may be of a key that is new, which the issuer is asked for: twice a minute at most', async () => {
    const { prove, pass } = opened()
    await prove(issuer.token())
    issuer.rotate()
    await expect(prove(issuer.token())).rejects.toMatchObject(wrong)
    pass(30_000)
    await prove(issuer.token())
    issuer.asked()
    for (let count = 0; count < 20; count += 1)
      await expect(prove(issuer.token({}, { kid: `made-up-${count}` }))).rejects.toMatchObject(wrong)
    expect(issuer.asked()).toEqual([])
  })
})

const foreign = ecPair()
const claims = () => ({
  iss: issuer.url,
  sub: 'x',
  aud: 'registry.test',
  exp: time + 300,
  iat: time,
  repository: 'acme/app',
  ref: 'refs/heads/main',
})

describe('an identity token is refused', () => {
  test.each<[what: string, reason: string, text: () => string]>([
    ['of another issuer', 'of an issuer that is not accepted', () => issuer.token({ iss: 'https://evil.example.com' })],
    ['of an issuer that begins alike', 'of an issuer that is not accepted', () => issuer.token({ iss: `${issuer.url}.evil.example.com` })],
    ['of no issuer', 'of an issuer that is not accepted', () => issuer.token({ iss: undefined })],
    ['for another audience', 'for another audience', () => issuer.token({ aud: 'another.test' })],
    ['for no audience', 'does not say whom it is for', () => issuer.token({ aud: undefined })],
    ['that has expired', 'has expired', () => issuer.token({ exp: time - 61 })],
    ['that does not end', 'does not end', () => issuer.token({ exp: undefined })],
    ['that is not good yet', 'of the future', () => issuer.token({ nbf: time + 61 })],
    ['that was made in the future', 'of the future', () => issuer.token({ iat: time + 61 })],
    ['whose dates are text', 'cannot be read', () => issuer.token({ iat: 'now' })],
    ['without a subject', 'does not say whose it is', () => issuer.token({ sub: undefined })],
    ['whose subject would be two lines of the log', 'does not say whose it is', () => issuer.token({ sub: 'a\nb' })],
    ['of another repository', 'fits nothing that is accepted', () => issuer.token({ repository: 'evil/app' })],
    ['of another branch', 'fits nothing that is accepted', () => issuer.token({ ref: 'refs/heads/dev' })],
    ['that claims less than is asked for', 'fits nothing that is accepted', () => issuer.token({ ref: undefined })],
    ['that is not signed', 'in a way that is not accepted', () => `${part({ alg: 'none' })}.${part(claims())}.`],
    ['signed by a foreign key under a known name', 'signature', () => token({ alg: 'ES256', kid: 'key-1' }, claims(), foreign.privateKey)],
    ['that brings its key', 'signature', () => token({ alg: 'ES256', kid: 'key-1', jwk: foreign.jwk }, claims(), foreign.privateKey)],
    [
      'that names where its key is',
      'no such key',
      () => token({ alg: 'ES256', kid: 'x', jku: `${issuer.url}/evil` }, claims(), foreign.privateKey),
    ],
    ['signed by a shared secret', 'in a way that is not accepted', () => token({ alg: 'HS256', kid: 'key-1' }, claims(), 'x')],
    ['in another way than the key is for', 'no such key', () => issuer.token({}, { alg: 'ES384' })],
    ['that says something twice', 'twice', () => `${part({ alg: 'ES256' })}.${part(`{"iss":"${issuer.url}","iss":"x"}`)}.x`],
    ['that is too long', 'more than', () => issuer.token({ more: 'x'.repeat(12_000) })],
  ])('%s', async (_, reason, text) => {
    const { prove, refusals, urls } = opened()
    await expect(prove(text())).rejects.toMatchObject({ ...wrong, reason: expect.stringContaining(reason) })
    expect(refusals).toEqual([[expect.stringContaining(reason), '192.0.2.1']])
    // Whatever it says, nobody else is asked.
    expect(urls.filter(url => !url.startsWith(`${issuer.url}/`) || url.includes('evil'))).toEqual([])
  })
})

const json = (value: unknown) => (_: string, response: ServerResponse) => void response.writeHead(200).end(JSON.stringify(value))
const keysAre = (value: unknown) => (path: string, response: ServerResponse) =>
  json(path === '/keys' ? value : { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` })(path, response)

describe('an issuer', () => {
  test.each<[what: string, answer: () => (path: string, response: ServerResponse) => void, says: string]>([
    ['that fails', () => (_, response) => void response.writeHead(500).end('{}'), 'answers 500'],
    [
      'that sends us elsewhere',
      () => (_, response) => void response.writeHead(302, { location: `${issuer.url}/elsewhere` }).end(),
      'answers 302',
    ],
    ['that sends without end', () => (_, response) => void endless(response), 'sends more than 262144 bytes'],
    ['that sends no JSON', () => (_, response) => void response.end('<html>'), 'JSON'],
    [
      'that breaks off',
      () => (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
      'terminated',
    ],
    [
      'that calls itself otherwise',
      () => json({ issuer: 'https://evil.example.com', jwks_uri: `${issuer.url}/keys` }),
      'calls itself "https://evil',
    ],
    [
      'whose keys are elsewhere',
      () => json({ issuer: issuer.url, jwks_uri: 'http://169.254.169.254/keys' }),
      'elsewhere, at http://169.254',
    ],
    ['whose keys are in a file', () => json({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }), 'elsewhere, at file:'],
    ['that does not say where they are', () => json({ issuer: issuer.url }), 'does not say where its keys are'],
    ['that is null', () => json(null), 'calls itself undefined'],
    ['whose keys are a list', () => keysAre([]), 'no set of public keys'],
    ['whose keys are text', () => keysAre({ keys: 'x' }), 'no set of public keys'],
    [
      'whose keys are none',
      () => keysAre({ keys: [null, 1, 'x', {}, { kty: 'oct', k: 'eA' }, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] }),
      'no set',
    ],
    ['whose key is too short', () => keysAre({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }), 'no set of public keys'],
    ['whose key is for encryption', () => keysAre({ keys: [{ ...foreign.jwk, use: 'enc' }] }), 'no set of public keys'],
  ])('%s is nobody who is believed, and the log says why', async (_, answer, says) => {
    const { prove, warnings, urls } = opened()
    issuer.behave(answer())
    await expect(prove(issuer.token())).rejects.toMatchObject(away)
    expect(warnings).toEqual([expect.stringContaining(says)])
    expect(urls.every(url => url.startsWith(issuer.url))).toBe(true)
    // Nor is it asked again and again.
    issuer.asked()
    await expect(prove(issuer.token())).rejects.toMatchObject(away)
    expect(issuer.asked()).toEqual([])
  })

  test('that is away is believed for a day, by the keys that are known, and asked again seldom', async () => {
    const { prove, pass, warnings } = opened()
    await prove(issuer.token())
    issuer.behave((_, response) => void response.destroy())
    pass(23 * hour)
    await prove(issuer.token({ exp: time + 48 * 3600 }))
    pass(2 * hour)
    await expect(prove(issuer.token({ exp: time + 48 * 3600 }))).rejects.toMatchObject(away)
    expect(warnings).toHaveLength(1)
    issuer.behave()
    pass(10_000)
    await prove(issuer.token({ exp: time + 48 * 3600 }))
    expect(warnings.at(-1)).toContain('are to be had again')
  })

  test('that does not answer holds up nobody who comes from another one', async () => {
    const slow = await startOidcIssuer(() => time)
    try {
      slow.behave(() => {})
      const { prove } = opened([{}, { name: 'slow', issuer: slow.url }])
      const waiting = prove(slow.token()).catch(error => error)
      const started = performance.now()
      await prove(issuer.token())
      expect(performance.now() - started).toBeLessThan(2000)
      await slow.stop()
      expect(await waiting).toMatchObject(away)
    } finally {
      await slow.stop()
    }
  })

  test('has the keys where the configuration says, if it says', async () => {
    const { prove } = opened([{ jwksuri: `${issuer.url}/keys` }])
    await prove(issuer.token())
    expect(issuer.asked()).toEqual(['/keys'])
  })

  test('is asked once by all who wait', async () => {
    const { prove } = opened()
    await Promise.all(Array.from({ length: 50 }, () => prove(issuer.token())))
    expect(issuer.asked()).toEqual(['/.well-known/openid-configuration', '/keys'])
  })
})

function endless(response: ServerResponse): void {
  const piece = Buffer.alloc(65_536, ' ')
  const more = () => {
    while (!response.destroyed && response.write(piece));
    response.once('drain', more)
  }
  more()
}
