import { describe, expect, test } from 'vitest'
import { compileRules, noRules, ruledAccess } from '../../../registry-app/src/auth/access/rules.ts'
import { basicChallenge, basicGate } from '../../../registry-app/src/auth/basic-gate.ts'
import type { Checker } from '../../../registry-app/src/auth/bcrypt-thread.ts'
import { gatekeeper } from '../../../registry-app/src/auth/gatekeeper.ts'
import { passwordSignIn } from '../../../registry-app/src/auth/password-sign-in.ts'
import { rememberedSignIns } from '../../../registry-app/src/auth/remembered-sign-ins.ts'
import { hashedUsers } from '../../../registry-app/src/auth/users.ts'
import { turns } from '../../../registry-app/src/concurrency/turns.ts'
import { basic, countingChecker, hashFor } from './support/checks.ts'

const minute = 60_000

interface Options {
  realm?: string
  remember?: number
  check?: Checker
}

function opened({ realm = 'Registry', remember = 5 * minute, ...options }: Options = {}) {
  const users = hashedUsers()
  const have = (passwords: Record<string, string>) =>
    users.replace(new Map(Object.entries(passwords).map(([name, password]) => [name, hashFor(password)])))
  have({ alice: 'wonder', bob: 'builder' })
  const { check, checks } = countingChecker()
  const refusals: unknown[] = []
  let time = 0
  const challenge = () => basicChallenge(realm)
  const way = passwordSignIn({
    users: { ...users, fresh: () => undefined },
    groupsOf: () => [],
    check,
    turns: turns({ all: 32, each: 8 }),
    markKey: Buffer.alloc(32, 2),
    refused: (...refusal) => refusals.push(refusal),
    ...options,
  })
  const gate = basicGate({
    signIns: rememberedSignIns({ way, remember, key: Buffer.alloc(32, 1), clock: () => time }),
    gatekeeper: gatekeeper({ access: ruledAccess(compileRules(noRules)), challenge, denied: () => {} }),
    challenge,
  })
  const asking = { scope: 'pull', repository: 'a', base: () => undefined } as const
  const admit = async (authorization: string | undefined, address = '192.0.2.1') => gate.admit({ ...asking, authorization, address })
  return {
    checks,
    refusals,
    have,
    admit,
    atOnce: (authorization: string) => gate.admit({ ...asking, authorization, address: undefined }),
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

const challenge = 'Basic realm="Registry"'
const unauthorized = { code: 'UNAUTHORIZED', status: 401, challenge }

/** A checker that waits until it is told to go on, and then finds everything wrong. */
function held() {
  let goOn = () => {}
  const gone = new Promise<void>(resolve => {
    goOn = resolve
  })
  let checks = 0
  const check: Checker = async () => {
    checks += 1
    await gone
    return false
  }
  return { check, goOn: () => goOn(), checks: () => checks }
}

describe('a pair that is right', () => {
  test('is let in by its name', async () => {
    expect(await opened().admit(basic('alice', 'wonder'))).toMatchObject({ name: 'alice' })
  })

  test('costs one check, not fifty, and then no waiting', async () => {
    const { admit, atOnce, checks } = opened()
    for (let request = 0; request < 50; request += 1) await admit(basic('alice', 'wonder'))
    expect(checks).toHaveLength(1)
    expect(atOnce(basic('alice', 'wonder'))).toMatchObject({ name: 'alice' })
  })

  test('costs one check for fifty requests at once', async () => {
    const { admit, checks } = opened()
    const callers = await Promise.all(Array.from({ length: 50 }, () => admit(basic('alice', 'wonder'))))
    expect(new Set(callers.map(({ name }) => name))).toEqual(new Set(['alice']))
    expect(checks).toHaveLength(1)
  })

  test('is checked again when it was remembered long enough, however often it was used', async () => {
    const { admit, checks, pass } = opened()
    for (let minutes = 0; minutes < 5; minutes += 1) {
      await admit(basic('alice', 'wonder'))
      pass(minute)
    }
    expect(checks).toHaveLength(1)
    await admit(basic('alice', 'wonder'))
    expect(checks).toHaveLength(2)
  })

  test('is checked each time where nothing shall be remembered', async () => {
    const { admit, checks } = opened({ remember: 0 })
    for (let request = 0; request < 3; request += 1) await admit(basic('alice', 'wonder'))
    expect(checks).toHaveLength(3)
  })

  test.each([
    ['taken away', { bob: 'builder' }],
    ['given another password', { alice: 'changed', bob: 'builder' }],
  ])('is forgotten at once when its user is %s', async (_, left) => {
    const { admit, have } = opened()
    await admit(basic('alice', 'wonder'))
    have(left)
    await expect(admit(basic('alice', 'wonder'))).rejects.toMatchObject(unauthorized)
  })

  test('is refused when its user is taken away while it is checked', async () => {
    const { check } = countingChecker()
    const users = opened({
      check: async asked => {
        users.have({})
        return check(asked)
      },
    })
    await expect(users.admit(basic('alice', 'wonder'))).rejects.toMatchObject(unauthorized)
  })

  test('of another user is not touched by that', async () => {
    const { admit, have, checks } = opened()
    await admit(basic('bob', 'builder'))
    have({ bob: 'builder', carol: 'new' })
    await admit(basic('bob', 'builder'))
    expect(checks).toHaveLength(1)
  })
})

describe('nobody is let in', () => {
  test.each([
    ['without a header', undefined, 'it takes a user to do this'],
    ['with a token', 'Bearer abc', 'only user name and password are understood (Basic)'],
    ['with a digest', 'Digest username="alice"', 'only user name and password are understood (Basic)'],
    ['with what is no pair', 'Basic YWxpY2U=', 'what was sent is no user name and password'],
    ['with a wrong password', basic('alice', 'x'), 'the user name or the password is wrong'],
    ["with another user's password", basic('alice', 'builder'), 'the user name or the password is wrong'],
    ['by a name that is not there', basic('nobody', 'wonder'), 'the user name or the password is wrong'],
    ['by the name of a property', basic('__proto__', 'wonder'), 'the user name or the password is wrong'],
  ])('%s', async (_, header, reason) => {
    const { admit } = opened()
    // By a right pair just before, too.
    await admit(basic('alice', 'wonder'))
    await expect(admit(header)).rejects.toMatchObject({ ...unauthorized, detail: { reason } })
  })

  test('by a pair that was refused before: it is checked again', async () => {
    const { admit, have } = opened()
    await expect(admit(basic('carol', 'new'))).rejects.toMatchObject(unauthorized)
    have({ carol: 'new' })
    expect(await admit(basic('carol', 'new'))).toMatchObject({ name: 'carol' })
  })

  test('and who was turned away is told, without what was typed in place of a name', async () => {
    const { admit, refusals } = opened()
    await admit(basic('alice', 'x')).catch(() => {})
    await admit(basic('my-password', 'x')).catch(() => {})
    expect(refusals).toEqual([
      ['wrong password', 'alice', '192.0.2.1'],
      ['unknown user', undefined, '192.0.2.1'],
    ])
  })
})

describe('a flood of wrong passwords', () => {
  test('is told to come again when more wait than can be checked soon; nothing more is held', async () => {
    const { check, goOn, checks } = held()
    const { admit, refusals } = opened({ check })
    const answers = Array.from({ length: 500 }, (_, index) => admit(basic('alice', `x${index}`), `192.0.2.${index}`).catch(error => error))
    goOn()
    const statuses = (await Promise.all(answers)).map(({ status, retryAfter }) => [status, retryAfter])
    // One is under way while 32 wait.
    expect(statuses.filter(([status]) => status === 401)).toHaveLength(33)
    expect(statuses.filter(([status, retryAfter]) => status === 429 && retryAfter === 5)).toHaveLength(467)
    expect(checks()).toBe(33)
    expect(refusals).toContainEqual(['too many sign-ins', 'alice', '192.0.2.499'])
  })

  test('from one address leaves room for those who come from elsewhere', async () => {
    const { check, goOn } = held()
    const { admit } = opened({ check })
    const flood = Array.from({ length: 100 }, (_, index) => admit(basic('x', `x${index}`), '203.0.113.9').catch(({ status }) => status))
    const other = admit(basic('bob', 'x'), '192.0.2.1').catch(({ status }) => status)
    goOn()
    expect((await Promise.all(flood)).filter(status => status === 401)).toHaveLength(8)
    expect(await other).toBe(401)
  })

  test('does not touch a pair that is remembered, nor one that has to be checked again', async () => {
    const wrong = held()
    const right = countingChecker()
    const { admit, atOnce, pass } = opened({
      check: async asked => (Buffer.from(asked.password).toString().startsWith('x') ? wrong.check(asked) : right.check(asked)),
    })
    await admit(basic('alice', 'wonder'))
    const flood = Array.from({ length: 500 }, (_, index) => admit(basic('alice', `x${index}`), `192.0.2.${index}`).catch(() => {}))
    expect(atOnce(basic('alice', 'wonder'))).toMatchObject({ name: 'alice' })
    pass(6 * minute)
    const again = admit(basic('alice', 'wonder'))
    wrong.goOn()
    expect(await again).toMatchObject({ name: 'alice' })
    await Promise.all(flood)
  })
})

test('a checker that breaks lets nobody in, and is asked again', async () => {
  const { check } = countingChecker()
  let broken = true
  const { admit } = opened({
    check: asked => {
      if (!broken) return check(asked)
      broken = false
      return Promise.reject(new Error('the thread ended'))
    },
  })
  await expect(admit(basic('alice', 'wonder'))).rejects.toThrow('the thread ended')
  expect(await admit(basic('alice', 'wonder'))).toMatchObject({ name: 'alice' })
})

test('a realm with a quote in it stays one', async () => {
  await expect(opened({ realm: 'my "own" \\ place' }).admit(undefined)).rejects.toMatchObject({
    challenge: 'Basic realm="my \\"own\\" \\\\ place"',
  })
})
