import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Grant } from '../../../../registry-app/src/auth/identity.ts'
import { deleteRobots, writeRobot } from '../../../../registry-app/src/auth/robots/robot-objects.ts'
import { robotSignIn } from '../../../../registry-app/src/auth/robots/robot-sign-in.ts'
import { hashOfToken, looksLikeRobotToken, newRobotToken, readRobotToken } from '../../../../registry-app/src/auth/robots/robot-token.ts'
import { driverOver, temporaryFolder } from '../../support/folder.ts'
import { remoteStore } from '../../support/remote-store.ts'

const grants: readonly Grant[] = [{ repositories: ['team/**'], actions: ['pull', 'push'] }]
const start = Date.parse('2030-01-01T00:00:00Z')
const prefix = 'docker/registry/v2/_registry/robots/'

function opened(store = remoteStore()) {
  let time = 0
  const [warnings, refusals]: [string[], unknown[]] = [[], []]
  const way = robotSignIn({
    driver: store,
    warn: message => warnings.push(message),
    refused: (...refusal) => refusals.push(refusal),
    clock: () => time,
    now: () => start + time,
  })
  return {
    store,
    way,
    warnings,
    refusals,
    make: async (name: string, expires?: number) => {
      const token = newRobotToken(randomBytes)
      await writeRobot(store, token.id, { name, hash: hashOfToken(token.text), grants, created: start, expires })
      return token
    },
    prove: (password: string) => way.prove({ name: 'whoever', password: Buffer.from(password) }, { address: '192.0.2.1', known: false }),
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

describe('a robot', () => {
  test.each([
    ['a bucket', async () => remoteStore()],
    ['a folder', async () => driverOver(await temporaryFolder())],
  ])('signs in with its token, whatever the name, from %s', async (_, open) => {
    const { make, prove } = opened((await open()) as ReturnType<typeof remoteStore>)
    const token = await make('ci')
    const proven = await prove(token.text)
    expect(proven.identity).toEqual({ kind: 'robot', name: 'ci', grants })
    expect([proven.mark, proven.until, proven.holds()]).toEqual([token.id, undefined, true])
  })

  test('with a token that was made a moment ago is known at once, and that is one read', async () => {
    const { store, make, prove, pass } = opened()
    await prove((await make('first')).text)
    const token = await make('second')
    pass(2000)
    store.asked()
    expect((await prove(token.text)).identity.name).toBe('second')
    expect(store.asked()).toEqual([`read ${prefix}${token.id}`])
  })

  test('is out five seconds after its token was revoked, in each of two replicas, with what was proven by it and the tokens that it was given', async () => {
    const replicas = [opened()]
    replicas.push(opened(replicas[0]?.store))
    const token = await replicas[0]?.make('ci')
    if (!token) throw new Error('there is no token')
    const held = { kind: 'robot', name: 'ci', mark: token.id, claims: [] } as const
    const proofs = []
    for (const { prove } of replicas) proofs.push(await prove(token.text))
    await deleteRobots(replicas[0]?.store ?? remoteStore(), [token.id])
    for (const [number, { way, prove, pass }] of replicas.entries()) {
      const proven = proofs[number]
      pass(4999)
      expect([way.certain?.(held), proven?.holds(), way.recall(held)]).toEqual([undefined, true, proven?.identity])
      pass(1)
      expect(proven?.holds()).toBe(false)
      await way.certain?.(held)
      expect(way.recall(held)).toBeUndefined()
      await expect(prove(token.text)).rejects.toMatchObject({ name: 'WrongCredentials' })
    }
  })

  test('costs one request in five seconds while its token is used, however many use it, and none while nobody does', async () => {
    const { way, store, make, prove, pass } = opened()
    const token = await make('ci')
    const { identity } = await prove(token.text)
    const held = { kind: 'robot', name: 'ci', mark: token.id, claims: [] } as const
    pass(5000)
    store.asked()
    await Promise.all([prove(token.text), way.certain?.(held), way.certain?.(held), way.certain?.({ ...held, kind: 'user' })])
    expect(store.asked()).toEqual([`stat ${prefix}${token.id}`])
    // What rules say of it is remembered with the object.
    expect((await prove(token.text)).identity).toBe(identity)
    expect([way.certain?.(held), store.asked()]).toEqual([undefined, []])
  })

  test('stays known while the storage cannot tell', async () => {
    const { way, store, make, prove, pass, warnings } = opened()
    const token = await make('ci')
    await prove(token.text)
    pass(5000)
    store.stat = () => Promise.reject(new Error('away'))
    expect((await prove(token.text)).holds()).toBe(true)
    expect(way.recall({ kind: 'robot', name: 'ci', mark: token.id, claims: [] })).toMatchObject({ name: 'ci' })
    expect(warnings).toEqual([expect.stringContaining('those who were known stay')])
  })

  test('is known until its token ends, to the millisecond', async () => {
    const { way, make, prove, pass, refusals } = opened()
    const token = await make('ci', start + 4000)
    const proven = await prove(token.text)
    expect(proven.until).toBe(start + 4000)
    pass(3999)
    expect(proven.holds()).toBe(true)
    pass(1)
    expect([proven.holds(), way.recall({ kind: 'robot', name: 'ci', mark: token.id, claims: [] })]).toEqual([false, undefined])
    await expect(prove(token.text)).rejects.toThrow('the token is wrong, was revoked, or has expired')
    expect(refusals).toEqual([['expired robot token', 'ci', '192.0.2.1']])
  })
})

test('a robot that signed in elsewhere a moment ago is known where its token comes first, by one read; one that is gone is asked for seldom', async () => {
  const { way, store, make, pass } = opened()
  const token = await make('ci')
  const held = { kind: 'robot', name: 'ci', mark: token.id, claims: [] } as const
  store.asked()
  await way.certain?.(held)
  expect(way.recall(held)).toMatchObject({ name: 'ci' })
  expect(store.asked()).toEqual([`read ${prefix}${token.id}`])
  await deleteRobots(store, [token.id])
  pass(5000)
  for (let count = 0; count < 5; count += 1) await way.certain?.(held)
  expect(store.asked()).toEqual([`stat ${prefix}${token.id}`, `read ${prefix}${token.id}`])
  expect(way.recall(held)).toBeUndefined()
  expect(way.fresh()).toBeUndefined()
})

describe('nobody signs in', () => {
  test('with a token that is made up, for which the storage is asked once a second at most', async () => {
    const { store, prove } = opened()
    await prove(newRobotToken(randomBytes).text).catch(() => {})
    store.asked()
    for (let count = 0; count < 50; count += 1) {
      await expect(prove(newRobotToken(randomBytes).text)).rejects.toMatchObject({ name: 'WrongCredentials' })
    }
    expect(store.asked()).toEqual([])
  })

  test('with the id of another token', async () => {
    const { make, prove } = opened()
    const [{ text }, other] = [await make('ci'), newRobotToken(randomBytes)]
    const mixed = `${text.slice(0, 16)}${other.text.slice(16, 48)}`
    // With the right checksum, which anybody can compute.
    const token = newRobotToken(count => (count === 12 ? indexes(mixed.slice(4, 16)) : indexes(mixed.slice(16))))
    expect(token.text.slice(0, 48)).toBe(mixed)
    await expect(prove(token.text)).rejects.toMatchObject({ name: 'WrongCredentials' })
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, -1)],
    ['with a letter that is another', (text: string) => text.replace(/.$/, letter => (letter === '0' ? '1' : '0'))],
    ['with something behind it', (text: string) => `${text}0`],
    ['with only its prefix', () => 'brt_'],
  ])('with a token %s, and the storage is not asked', async (_, change) => {
    const { store, prove } = opened()
    const { text } = newRobotToken(randomBytes)
    await expect(prove(change(text))).rejects.toMatchObject({ name: 'WrongCredentials' })
    expect(store.asked()).toEqual([])
  })
})

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const indexes = (text: string) => Uint8Array.from(text, letter => alphabet.indexOf(letter))

test.each([
  ['of a later release', { format: 2 }],
  ['with a right that nobody knows', { format: 1, name: 'ci', grants: [{ repositories: ['**'], actions: ['own'] }] }],
  ['with a glob that nobody knows', { format: 1, name: 'ci', grants: [{ repositories: ['!a'], actions: ['pull'] }] }],
  ['with an end that is no date', { format: 1, name: 'ci', grants: [], expires: 'soon' }],
  ['without a date', { format: 1, name: 'ci', grants: [], created: undefined }],
])('an object %s lets nobody in, and is said', async (_, content) => {
  const { store, prove, warnings } = opened()
  const { id, text } = newRobotToken(randomBytes)
  const whole = { created: '2030-01-01T00:00:00Z', hash: hashOfToken(text), ...content }
  await store.put(prefix + id, Buffer.from(JSON.stringify(whole)))
  await expect(prove(text)).rejects.toMatchObject({ name: 'WrongCredentials' })
  expect(warnings[0]).toMatch(/^the token \w{12} is none that this release can read/)
})

test('who uses no tokens pays for none, and whoever does pays for one list each twenty seconds', async () => {
  const { store, way, make, prove, pass } = opened()
  const { text } = await make('ci')
  store.asked()
  expect(way.fresh()).toBeUndefined()
  expect(store.asked()).toEqual([])
  await prove(text)
  expect(store.asked()).toHaveLength(2)
  for (let seconds = 0; seconds < 15; seconds += 1) {
    pass(1000)
    await way.fresh()
  }
  expect(store.asked()).toEqual([])
})

describe('a token', () => {
  test('has a form by which programs that look for secrets know it', () => {
    const { id, text } = newRobotToken(randomBytes)
    expect(text).toMatch(/^brt_[0-9A-Za-z]{50}$/)
    expect(text.slice(4, 16)).toBe(id)
    expect(looksLikeRobotToken(text)).toBe(true)
    // GitHub's way: six letters of base 62 over the CRC-32 of what stands before.
    expect(newRobotToken(count => new Uint8Array(count)).text).toBe(`brt_${'0'.repeat(44)}2FpTRP`)
  })

  test('is never the same, and uses each letter about as often', () => {
    const texts = Array.from({ length: 2000 }, () => newRobotToken(randomBytes).text)
    expect(new Set(texts).size).toBe(2000)
    const counts = new Map<string, number>()
    for (const letter of texts.map(text => text.slice(4, 48)).join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    expect(counts.size).toBe(62)
    for (const count of counts.values()) expect(Math.abs(count / 1419 - 1)).toBeLessThan(0.25)
  })

  test.each(['', 'x', 'brt_', 'ghp_x', `brt_${'é'.repeat(50)}`])('%j is none', text => {
    expect(readRobotToken(text)).toBeUndefined()
  })
})
