import { createPrivateKey, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { publicKeyAlgorithms } from '../../../../registry-app/src/auth/jwt/check-signature.ts'
import { keyNames } from '../../../../registry-app/src/auth/jwt/key-names.ts'
import { externalTokens, grantedByToken } from '../../../../registry-app/src/auth/token/external-tokens.ts'
import { trustedKeys } from '../../../../registry-app/src/auth/token/trusted-keys.ts'
import { between, keys, leaf, root, strange } from '../support/token-certificates.ts'
import { ecPair, edPair, issuer, part, pem, privateKeyIn, rsaPair, service, signature, time, token } from '../support/tokens.ts'

const [ec, foreign, rsa, ed, ec384, ec521] = [ecPair(), ecPair(), rsaPair(), edPair(), ecPair('P-384'), ecPair('P-521')]
const set = [
  { ...ec.jwk, kid: 'ec' },
  { ...rsa.jwk, kid: 'rsa' },
  { ...ed.jwk, kid: 'ed' },
  { ...ec384.jwk, kid: 'ec384' },
  { ...ec521.jwk, kid: 'ec521' },
  { kty: 'oct', k: part('a shared secret of many letters, more than enough'), kid: 'shared' },
]
const trusted = trustedKeys(pem(root), JSON.stringify({ keys: set }))
const algorithms = [...publicKeyAlgorithms, 'HS256', 'HS384', 'HS512']
const verify = (text: string, options: Partial<Parameters<typeof externalTokens>[0]> = {}) =>
  externalTokens({ trusted, issuer, service, algorithms, now: () => time * 1000, ...options }).verify(text)

const claims = {
  iss: issuer,
  sub: 'alice',
  aud: service,
  exp: time + 300,
  nbf: time - 10,
  iat: time - 10,
  access: [{ type: 'repository', name: 'team/app', actions: ['pull', 'push'] }],
}
const signed = (over: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  token({ alg: 'ES256', kid: 'ec', ...header }, { ...claims, ...over }, ec.privateKey)

describe('a token', () => {
  test('that is right tells who holds it, what it is for, and until when', async () => {
    const found = await verify(signed())
    expect(found.holder()).toEqual({ kind: 'user', name: 'alice', groups: [] })
    expect([found.from, found.until]).toEqual([(time - 70) * 1000, (time + 360) * 1000])
    expect(found.limits.covers('push', 'team/app')).toBe(true)
    expect(found.limits.covers('delete', 'team/app')).toBe(false)
    expect(found.limits.covers('pull', 'team/other')).toBe(false)
    expect(grantedByToken.may({ kind: 'anonymous' }, 'pull', 'team/app')).toBe(false)
  })

  test.each<[alg: string, kid: string, key: KeyObject]>([
    ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map(
      alg => [alg, 'rsa', rsa.privateKey] as [string, string, KeyObject],
    ),
    ['ES256', 'ec', ec.privateKey],
    ['ES384', 'ec384', ec384.privateKey],
    ['ES512', 'ec521', ec521.privateKey],
    ['EdDSA', 'ed', ed.privateKey],
  ])('may be signed by %s', async (alg, kid, key) => {
    expect((await verify(token({ alg, kid }, claims, key))).holder()?.kind).toBe('user')
    await expect(verify(token({ alg, kid }, claims, key), { algorithms: ['HS256'] })).rejects.toThrow('in a way that is not accepted')
  })

  test('for several audiences may be for this one among them', async () => {
    await verify(signed({ aud: ['other', service] }))
  })

  test('may come from a clock that is a minute off', async () => {
    await verify(signed({ exp: time - 50, nbf: time + 50 }))
    const { until } = await verify(signed({ exp: time - 70 }))
    // The gate compares, each time that the token is used.
    expect(until).toBeLessThan(time * 1000)
  })

  test('without a subject is of somebody without a name', async () => {
    expect((await verify(signed({ sub: undefined }))).holder()).toMatchObject({ name: '' })
  })

  test('may bring the chain of its certificates, or name a certificate by its key: as Distribution 3 does, and as libtrust did', async () => {
    const signer = privateKeyIn(keys.leaf)
    await verify(token({ alg: 'ES256', x5c: [leaf, between] }, claims, signer))
    const names = keyNames(trusted.roots[0]?.publicKey as KeyObject)
    for (const kid of names) await verify(token({ alg: 'ES256', kid }, claims, privateKeyIn(keys.root)))
    expect(names.at(-1)).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/)
  })

  test('may bring its key, if that is named as a trusted one: which alone is then used', async () => {
    await verify(token({ alg: 'ES256', jwk: { ...ec.jwk, kid: 'ec' } }, claims, ec.privateKey))
    const own = token({ alg: 'ES256', jwk: { ...foreign.jwk, kid: 'ec' } }, claims, foreign.privateKey)
    await expect(verify(own)).rejects.toThrow('the signature of the token is not right')
  })
})

const secretOf = (jwk: Record<string, unknown>) => JSON.stringify(jwk)
const none = `${part({ alg: 'none', kid: 'ec' })}.${part(claims)}.`
const signedAs = (header: string) => {
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${signature('ES256', input, ec.privateKey)}`
}
const twice = (text: string) => token({ alg: 'ES256', kid: 'ec' }, text, ec.privateKey)

describe('a token is refused', () => {
  test.each<[what: string, text: string]>([
    ['that is not signed (alg: none)', none],
    ['that says so in capital letters', none.replace(part({ alg: 'none', kid: 'ec' }), part({ alg: 'NONE', kid: 'ec' }))],
    [
      'signed with the public key as a shared secret',
      token({ alg: 'HS256', kid: 'ec' }, claims, ec.publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    ],
    ['signed with the text of the key set as a shared secret', token({ alg: 'HS256', kid: 'ec' }, claims, secretOf(ec.jwk))],
    [
      'signed with a shared secret that is in the set, as by Distribution',
      token({ alg: 'HS256', kid: 'shared' }, claims, 'a shared secret of many letters, more than enough'),
    ],
    ['signed by a foreign key', token({ alg: 'ES256', kid: 'ec' }, claims, foreign.privateKey)],
    ['that brings a foreign key', token({ alg: 'ES256', jwk: foreign.jwk }, claims, foreign.privateKey)],
    [
      'that brings a private key',
      token(
        {
          alg: 'ES256',
          jwk: {
            ...createPrivateKey({ key: ec.privateKey.export({ format: 'jwk' }), format: 'jwk' }).export({ format: 'jwk' }),
            kid: 'ec',
          },
        },
        claims,
        ec.privateKey,
      ),
    ],
    ['that brings a shared secret as its key', token({ alg: 'HS256', jwk: { kty: 'oct', k: part('x'), kid: 'ec' } }, claims, 'x')],
    ['with a chain to an authority that is not trusted', token({ alg: 'ES256', x5c: [strange] }, claims, privateKeyIn(keys.strange))],
    ['with the chain of another', token({ alg: 'ES256', x5c: [leaf, between] }, claims, foreign.privateKey)],
    ['with a chain that is none', token({ alg: 'ES256', x5c: ['x'] }, claims, ec.privateKey)],
    ['with a chain beside the name of a trusted key', token({ alg: 'ES256', x5c: [strange], kid: 'ec' }, claims, ec.privateKey)],
    ['that names a path as its key', signed({}, { kid: '../../../../dev/null' })],
    ['that names a property as its key', signed({}, { kid: '__proto__' })],
    ['that names a number as its key', signed({}, { kid: 1 })],
    [
      'that names an address of its key',
      token({ alg: 'ES256', jku: 'https://evil.example.com/keys', x5u: 'https://evil.example.com/chain' }, claims, foreign.privateKey),
    ],
    ['that names no key', token({ alg: 'ES256' }, claims, ec.privateKey)],
    ['signed in another way than its key is for', signed({}, { alg: 'ES384' }).replace(/[^.]*$/, part('x'.repeat(96)))],
    ['with a header that must be understood', signed({}, { crit: ['exp2'], exp2: 1 })],
    ['of another issuer', signed({ iss: `${issuer}/` })],
    ['of no issuer', signed({ iss: undefined })],
    ['for another audience', signed({ aud: 'other' })],
    ['for an audience that begins alike', signed({ aud: `${service}.evil.example.com` })],
    ['for nobody', signed({ aud: undefined })],
    ['for what is no text', signed({ aud: [service, 1] })],
    ['that does not end', signed({ exp: undefined })],
    ['whose end is text', signed({ exp: String(time + 300) })],
    ['whose end is no whole number', signed({ exp: time + 0.5 })],
    ['whose beginning is a list', signed({ nbf: [] })],
    ['whose subject is no text', signed({ sub: 1 })],
    ['whose access is no list', signed({ access: {} })],
    ['whose access has a hole', signed({ access: [null] })],
    ['whose actions are no list', signed({ access: [{ type: 'repository', name: 'a', actions: 'pull' }] })],
    ['that says twice for whom it is', twice(`${JSON.stringify(claims).slice(0, -1)},"aud":"${service}"}`)],
    ['that says it twice in other letters', twice(`${JSON.stringify(claims).slice(0, -1)},"\\u0061ud":"${service}"}`)],
    ['that says twice what it allows', twice(JSON.stringify(claims).replace('"name"', '"name":"other","name"'))],
    ['whose header says something twice', signedAs('{"alg":"ES256","alg":"ES256","kid":"ec"}')],
    ['whose claims are a list', token({ alg: 'ES256', kid: 'ec' }, '[]', ec.privateKey)],
    ['whose claims are no JSON', token({ alg: 'ES256', kid: 'ec' }, '{', ec.privateKey)],
    ['that was cut short', signed().slice(0, -10)],
    ['with four parts', `${signed()}.x`],
    ['in another spelling of base64', `${signed().split('.')[0]}=.${signed().split('.').slice(1).join('.')}`],
    ['of more than 12 KB', signed({ more: 'x'.repeat(12_000) })],
    ['that is a table of the set', JSON.stringify({ payload: part(claims), signatures: [] })],
    ['that is nothing', ''],
  ])('%s', async (_, text) => {
    await expect(verify(text)).rejects.toMatchObject({ name: 'TokenRefused' })
  })

  test('and the text that the client is told has nothing of it', async () => {
    await expect(verify(signed({ iss: 'SENTINEL' }))).rejects.not.toThrow('SENTINEL')
  })
})

describe('what a token allows', () => {
  const limits = async (access: unknown) => (await verify(signed({ access }))).limits
  test.each([
    ['nothing where it says nothing', undefined, false, false, false],
    ['pulling', [{ type: 'repository', name: 'a', actions: ['pull'] }], true, false, false],
    ['pushing only with pulling', [{ type: 'repository', name: 'a', actions: ['push'] }], false, false, false],
    [
      'both in two entries',
      [
        { type: 'repository', name: 'a', actions: ['push'] },
        { type: 'repository', name: 'a', actions: ['pull'] },
      ],
      true,
      true,
      false,
    ],
    ['everything', [{ type: 'repository', name: 'a', actions: ['*'] }], true, true, true],
    ['nothing of another type', [{ type: 'registry', name: 'a', actions: ['*'] }], false, false, false],
    ['nothing without actions', [{ type: 'repository', name: 'a', actions: null }], false, false, false],
    ['nothing by a glob, which tokens do not have', [{ type: 'repository', name: '*', actions: ['*'] }], false, false, false],
  ])('%s', async (_, access, pull, push, remove) => {
    const { covers, catalog } = await limits(access)
    expect([covers('pull', 'a'), covers('push', 'a'), covers('delete', 'a'), catalog]).toEqual([pull, push, remove, false])
  })

  test('the catalog', async () => {
    expect((await limits([{ type: 'registry', name: 'catalog', actions: ['*'] }])).catalog).toBe(true)
    expect((await limits([{ type: 'registry', name: 'catalog', actions: ['pull'] }])).catalog).toBe(false)
  })
})
