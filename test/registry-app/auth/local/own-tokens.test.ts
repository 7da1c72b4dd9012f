import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { issueRules, minute, replica } from './support/office.ts'

const scopes = ['repository:team/app:pull']
const alice = { basic: Buffer.from('alice:wonder').toString('base64') }
const wanted = { proof: alice, scopes, offline: true, address: undefined }
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as ours are, but for what is said here. */
async function forged(one: ReturnType<typeof replica>, claims: Record<string, unknown>, header: object = {}, key?: KeyObject) {
  await one.keys.fresh()
  const { id, key: own } = one.keys.current()
  const time = Math.floor(one.clock.now().getTime() / 1000)
  const { mark } = JSON.parse(Buffer.from((await one.office.issue(wanted)).token.split('.')[1] ?? '', 'base64url').toString())
  const usual = { iss: 'us', aud: 'us', sub: 'alice', iat: time, nbf: time, exp: time + 300, jti: '1', kind: 'user', mark, claims: [] }
  const access = [{ type: 'repository', name: 'team/app', actions: ['pull'] }]
  return new SignJWT({ access, ...usual, ...claims }).setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: id, ...header }).sign(key ?? own)
}

test('a forged one that says nothing else than ours is let in: so each of the following fails for what it says', async () => {
  const one = replica()
  expect((await one.admit(await forged(one, {}))).name).toBe('alice')
})

const at = (one: ReturnType<typeof replica>, minutes: number) => Math.floor(one.clock.now().getTime() / 1000) + minutes * 60

describe('a token is refused, with a challenge,', () => {
  test.each<[string, (one: ReturnType<typeof replica>) => Promise<string>, string]>([
    ['for another service', one => forged(one, { aud: 'them' }), 'for somebody else'],
    ['of another issuer', one => forged(one, { iss: 'them' }), 'for somebody else'],
    ['that has expired', one => forged(one, { exp: at(one, -2) }), 'has expired'],
    ['that is not valid yet', one => forged(one, { nbf: at(one, 5), exp: at(one, 10) }), 'not valid yet'],
    ['without an end', one => forged(one, { exp: undefined }), 'for somebody else'],
    ['that names no key', one => forged(one, {}, { kid: undefined }), 'signed by somebody else'],
    ['by a key that is not ours', one => forged(one, {}, { kid: '000000000000000-aaaaaaaa' }), 'signed by somebody else'],
    [
      'by another key under the name of ours',
      one => forged(one, {}, {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      'damaged, or not signed by this registry',
    ],
    ['by which others are had', async one => (await one.office.issue(wanted)).refreshToken ?? '', 'for something else'],
    ['without a signature', async () => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded({ sub: 'alice' })}.`, 'not allowed'],
    [
      'signed by a word that all know',
      async one => {
        await one.keys.fresh()
        const text = `${encoded({ alg: 'HS256', typ: 'JWT', kid: one.keys.current().id })}.${encoded({ sub: 'alice' })}`
        return `${text}.${createHmac('sha256', one.keys.current().id).update(text).digest('base64url')}`
      },
      'not allowed',
    ],
    ['that is no token', async () => 'abc', 'damaged'],
    ['that is too long', async one => `${await forged(one, {})}${'A'.repeat(13_000)}`, 'too long'],
    [
      'whose payload was changed',
      async one => {
        const [header, , signature] = (await one.office.issue(wanted)).token.split('.')
        return [header, encoded({ sub: 'root', kind: 'user' }), signature].join('.')
      },
      'damaged',
    ],
    ['of somebody who is not there', one => forged(one, { sub: 'bob' }), 'revoked'],
    ['of somebody’s earlier password', one => forged(one, { mark: 'another' }), 'revoked'],
  ])('%s', async (_, make, reason) => {
    const one = replica({ rules: issueRules })
    const token = await make(one)
    const refusal = one.admit(token)
    await expect(refusal).rejects.toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
    await expect(refusal).rejects.toMatchObject({ detail: { reason: expect.stringContaining(reason) } })
  })
})

describe('a token that was let in', () => {
  test('is checked once, and let in without a promise from then on', async () => {
    const one = replica()
    const { token } = await one.office.issue(wanted)
    await one.admit(token)
    const again = one.gate.admit({
      authorization: `Bearer ${token}`,
      scope: 'pull',
      repository: 'team/app',
      address: undefined,
      base: () => undefined,
    })
    expect(again).toMatchObject({ name: 'alice' })
    expect(one.checks).toHaveLength(1)
  })

  test('is not any more when it has expired, with a minute for clocks that differ', async () => {
    const one = replica()
    const { token } = await one.office.issue(wanted)
    await one.admit(token)
    one.clock.move(5.9 * minute)
    expect((await one.admit(token)).name).toBe('alice')
    one.clock.move(0.2 * minute)
    await expect(one.admit(token)).rejects.toMatchObject({ status: 401, detail: { reason: expect.stringContaining('expired') } })
  })

  test.each([
    ['is taken away', {}],
    ['gets another password', { alice: 'changed' }],
  ])('is not any more when its user %s, nor is what others are had by', async (_, left) => {
    const one = replica()
    const { token, refreshToken = '' } = await one.office.issue(wanted)
    await one.admit(token)
    one.have(left)
    await expect(one.admit(token)).rejects.toMatchObject({ status: 401, detail: { reason: expect.stringContaining('revoked') } })
    await expect(one.office.issue({ ...wanted, proof: { refresh: refreshToken } })).rejects.toMatchObject({
      reason: expect.stringContaining('revoked'),
    })
  })

  test('is for what it was asked for, and a new one is to be had for more', async () => {
    const one = replica({ rules: issueRules })
    const { token } = await one.office.issue(wanted)
    await expect(one.admit(token, 'push')).rejects.toMatchObject({
      status: 401,
      challenge: 'Bearer realm="/auth/token",service="us",scope="repository:team/app:pull,push",error="insufficient_scope"',
    })
    await expect(one.admit(token, 'pull', 'other/app')).rejects.toMatchObject({ status: 403, code: 'DENIED' })
  })
})
