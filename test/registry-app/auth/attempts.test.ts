import { describe, expect, test } from 'vitest'
import { attempts } from '../../../registry-app/src/auth/attempts.ts'
import { guardedSignIn } from '../../../registry-app/src/auth/guarded-sign-in.ts'
import { placeOf } from '../../../registry-app/src/auth/place.ts'
import { type Proven, WrongCredentials } from '../../../registry-app/src/auth/sign-in.ts'

const minute = 60_000

function guarded(allowed = 10) {
  let time = 0
  let asked = 0
  const heldBack: unknown[] = []
  const way = {
    fresh: () => undefined,
    recognises: () => true,
    recall: () => undefined,
    prove: async ({ name, password }: { name: string; password: Uint8Array }): Promise<Proven> => {
      asked += 1
      if (Buffer.from(password).toString() !== `of ${name}`) throw new WrongCredentials()
      return { identity: { kind: 'user', name, groups: [] }, mark: '', holds: () => true }
    },
  }
  const counts = attempts({ allowed, longest: minute, forget: 15 * minute, clock: () => time })
  const guard = guardedSignIn({ way, attempts: counts, heldBack: address => heldBack.push(address), key: Buffer.alloc(32) })
  let guess = 0
  const send = async (name: string, password: string, address: string, known = false) => {
    const answer = await guard.prove({ name, password: Buffer.from(password) }, { address, known }).catch(error => error)
    return answer.status === 429 ? answer.retryAfter : answer instanceof WrongCredentials ? 'wrong' : 'right'
  }
  return {
    heldBack,
    asked: () => asked,
    right: (name: string, address: string, known = false) => send(name, `of ${name}`, address, known),
    wrong: (name: string, address: string) => send(name, `guess ${guess++}`, address),
    send,
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

const times = async <Result>(count: number, work: (index: number) => Promise<Result>) => {
  const results: Result[] = []
  for (let index = 0; index < count; index += 1) results.push(await work(index))
  return results
}

describe('who guesses', () => {
  test('may be wrong ten times, and waits then: a second, two, four, at most a minute', async () => {
    const { wrong, pass, heldBack } = guarded()
    expect(new Set(await times(10, () => wrong('alice', '192.0.2.1')))).toEqual(new Set(['wrong']))
    const waits = await times(9, async () => {
      const wait = Number(await wrong('alice', '192.0.2.1'))
      pass(wait * 1000)
      expect(await wrong('alice', '192.0.2.1')).toBe('wrong')
      return wait
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(heldBack).toEqual(Array(9).fill('192.0.2.1'))
  })

  test('makes the wait no longer by coming earlier, and costs no check', async () => {
    const { wrong, pass, asked } = guarded()
    await times(10, () => wrong('alice', '192.0.2.1'))
    expect(new Set(await times(100, () => wrong('alice', '192.0.2.1')))).toEqual(new Set([1]))
    expect(asked()).toBe(10)
    pass(1000)
    expect(await wrong('alice', '192.0.2.1')).toBe('wrong')
  })

  test('is held back by address, whatever the names, and by name within a network, whatever the addresses', async () => {
    const { wrong } = guarded()
    await times(10, index => wrong(`user${index}`, '192.0.2.1'))
    expect(await wrong('another', '192.0.2.1')).toBe(1)
    await times(10, index => wrong('alice', `198.51.100.${index}`))
    expect(await wrong('alice', '198.51.7.7')).toBe(1)
    expect(await wrong('bob', '198.51.7.7')).toBe('wrong')
  })

  test('has one try at a time when he has used up what is allowed', async () => {
    const { wrong, pass } = guarded()
    await times(10, () => wrong('alice', '192.0.2.1'))
    pass(1000)
    const answers = await Promise.all(Array.from({ length: 50 }, () => wrong('alice', '192.0.2.1')))
    expect(answers.filter(answer => answer === 'wrong')).toHaveLength(1)
  })

  test('is forgotten after a quarter of an hour', async () => {
    const { wrong, pass } = guarded()
    await times(12, () => wrong('alice', '192.0.2.1'))
    pass(15 * minute)
    expect(new Set(await times(10, () => wrong('alice', '192.0.2.1')))).toEqual(new Set(['wrong']))
  })
})

describe('nobody keeps a user out', () => {
  test('from another network, however long he tries', async () => {
    const { wrong, right, pass } = guarded()
    await times(50, async index => {
      await wrong('alice', `203.0.113.${index}`)
      pass(1000)
    })
    expect(await right('alice', '192.0.2.1')).toBe('right')
  })

  test('from his own address, where he has signed in before', async () => {
    const { wrong, right } = guarded()
    expect(await right('alice', '192.0.2.1')).toBe('right')
    await times(20, index => wrong(`user${index}`, '192.0.2.1'))
    expect(await wrong('bob', '192.0.2.1')).toBe(1)
    expect(await right('alice', '192.0.2.1')).toBe('right')
  })

  test('and where even that is used up, not for longer than a minute', async () => {
    const { wrong, right, pass } = guarded()
    await right('alice', '192.0.2.1')
    await times(500, async () => {
      await wrong('alice', '192.0.2.1')
      pass(1000)
    })
    pass(minute)
    expect(await right('alice', '192.0.2.1')).toBe('right')
  })

  test('who was right a moment ago: that pair is no guess', async () => {
    const { wrong, right } = guarded()
    await times(20, () => wrong('alice', '192.0.2.1'))
    expect(await right('alice', '192.0.2.1', true)).toBe('right')
  })

  test('by a machine beside him that goes on with a password of the past: that counts once', async () => {
    const { send, right } = guarded()
    expect(new Set(await times(100, () => send('kubelet', 'of the past', '192.0.2.1')))).toEqual(new Set(['wrong']))
    expect(await right('alice', '192.0.2.1')).toBe('right')
  })

  test('and fifty who begin to work at one address at the same moment are no guesses', async () => {
    const { right } = guarded()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => right(`user${index}`, '192.0.2.1')))
    expect(new Set(answers)).toEqual(new Set(['right']))
  })
})

test('what is broken is no guess', async () => {
  const counts = attempts({ allowed: 1, longest: minute, forget: minute, clock: () => 0 })
  const broken = async () => Promise.reject(new Error('the storage is away'))
  const way = { fresh: () => undefined, recognises: () => true, recall: () => undefined, prove: broken }
  const guard = guardedSignIn({ way, attempts: counts, heldBack: () => {}, key: Buffer.alloc(32) })
  for (let count = 0; count < 5; count += 1) {
    await expect(guard.prove({ name: 'a', password: Buffer.from('b') }, { address: 'c', known: false })).rejects.toThrow(
      'the storage is away',
    )
  }
})

test('a flood of names and addresses is forgotten, and takes no more room', async () => {
  const { wrong } = guarded()
  for (let index = 0; index < 25_000; index += 1)
    await wrong('x'.repeat(index % 50), `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
  expect(await wrong('alice', '10.0.0.0')).toBe('wrong')
})

test('whoever is held back makes up no names by which others are forgotten', async () => {
  const { wrong } = guarded()
  await times(10, index => wrong('alice', `198.51.100.${index}`))
  await times(10, index => wrong(`user${index}`, '198.51.9.9'))
  expect(new Set(await times(25_000, index => wrong(`name${index}`, '198.51.9.9')))).toEqual(new Set([1]))
  expect(await wrong('alice', '198.51.7.7')).toBe(1)
})

test.each([
  ['192.0.2.1', '192.0.2.1', '192.0'],
  ['::ffff:192.0.2.1', '192.0.2.1', '192.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8'],
  ['2001:0DB8:1:2::', '2001:db8:1:2', '2001:db8'],
  ['2001:db8::1', '2001:db8:0:0', '2001:db8'],
  ['fe80::1%eth0', 'fe80:0:0:0', 'fe80:0'],
  ['::1', '0:0:0:0', '0:0'],
  [undefined, '', ''],
])('%s is of the place %s in the network %s', (address, place, network) => {
  expect(placeOf(address)).toEqual({ place, network })
})
