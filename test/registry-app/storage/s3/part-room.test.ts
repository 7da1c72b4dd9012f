import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Grower, type PartRoom, partRoom } from '../../../../registry-app/src/storage/s3/part-room.ts'

/** No test waits for so long. */
const hours = 3_600_000

const settled = () => new Promise(resolve => setImmediate(resolve))
const willGrow = { willGrow: true }
const willNotGrow = { willGrow: false }

/** Notes in the list that it came in, and lets it be known by the promise. */
function note<Result>(log: string[], what: string, promise: Promise<Result>): Promise<Result> {
  return promise.then(result => {
    log.push(result === undefined ? what : `${what}: ${result}`)
    return result
  })
}

describe('who will grow', () => {
  test('comes in while a third is enough, whatever is on its way out; others come in while there is any room', async () => {
    const log: string[] = []
    const room = partRoom(90, hours)
    await room.enter(20, willGrow)
    await room.enter(10, willGrow)
    const third = note(log, 'third', room.enter(10, willGrow))
    await settled()
    expect(log).toEqual([])
    room.leaving(10)
    await third
    expect(room.inside).toBe(40)
    const other = partRoom(90, hours)
    await other.enter(40, willNotGrow)
    await other.enter(50, willNotGrow)
  })

  test('comes in while there is any room, when those who have the third let nobody in for a while', async () => {
    const room = partRoom(90, 5)
    await room.enter(30, willGrow)
    await Promise.all([room.enter(30, willGrow), room.enter(30, willGrow)])
    expect(room.inside).toBe(90)
  })

  test('does not wait anew while they still have the third', async () => {
    const log: string[] = []
    const room = partRoom(90, 5)
    await room.enter(30, willGrow)
    await room.enter(10, willGrow)
    room.leave(10, false)
    const next = note(log, 'next', room.enter(10, willGrow))
    await settled()
    expect(log).toEqual(['next'])
    await next

    room.leave(30, false)
    await room.enter(20, willGrow)
    void note(log, 'after them', room.enter(10, willGrow))
    await settled()
    expect(log).toEqual(['next'])
  })

  test('keeps nobody out who will not grow, and has room, where it waits for the third alone', async () => {
    const log: string[] = []
    const room = partRoom(90, hours)
    await room.enter(30, willGrow)
    void note(log, 'will grow', room.enter(10, willGrow))
    void note(log, 'will not', room.enter(10, willNotGrow))
    await settled()
    expect(log).toEqual(['will not'])
    void note(log, 'too large', room.enter(60, willNotGrow))
    void note(log, 'behind it', room.enter(10, willNotGrow))
    await settled()
    expect(log).toEqual(['will not'])
  })

  test('comes in where all else is on its way out, though a third is not enough for it', async () => {
    const room = partRoom(20, hours)
    await room.enter(10, willNotGrow)
    room.leaving(10)
    await room.enter(10, willGrow)
    expect(room.inside).toBe(20)
  })

  test('waits for longer while the store is busy', async () => {
    const log: string[] = []
    const room = partRoom(90, 20)
    await room.enter(30, willNotGrow)
    room.leaving(30)
    await room.enter(30, willGrow)
    const late = note(log, 'late', room.enter(30, willGrow))
    await sleep(100)
    expect(log).toEqual([])
    await late
  })
})

describe('who grows', () => {
  /** Two that have half of it each, and one that waits to enter. */
  async function full() {
    const room = partRoom(20, hours)
    const growers: Grower[] = []
    for (let count = 0; count < 2; count += 1) {
      await room.enter(5, willNotGrow)
      const grower = room.grower(() => {})
      expect(await grower.grow(5)).toBe(true)
      growers.push(grower)
    }
    const [one, other] = growers as [Grower, Grower]
    const log: string[] = []
    void note(log, 'newcomer', room.enter(5, willNotGrow))
    return { room, one, other, log }
  }

  test('comes before those who wait to enter, and waits for what is on its way out', async () => {
    const { room, one, other, log } = await full()
    one.end()
    room.leaving(10)
    const grown = note(log, 'grown', other.grow(5))
    await settled()
    expect(log).toEqual([])
    room.leave(5, true)
    await grown
    room.leave(5, true)
    await settled()
    expect(log).toEqual(['grown: true', 'newcomer'])
  })

  test('waits for another who may come to his end', async () => {
    const { room, one, other, log } = await full()
    const grown = note(log, 'grown', one.grow(5))
    await settled()
    expect(log).toEqual([])
    other.end()
    room.leave(10, false)
    await settled()
    expect(log).toEqual(['grown: true', 'newcomer'])
    expect(await grown).toBe(true)
  })

  test('is refused, if all wait, and the others can wait for what it gives back', async () => {
    const { room, one, other, log } = await full()
    const grown = note(log, 'grown', one.grow(5))
    expect(await other.grow(5)).toBe(false)
    other.end()
    room.leaving(10)
    room.leave(10, true)
    await grown
    expect(log).toEqual(['grown: true', 'newcomer'])
  })

  test('is refused, if all wait because the one that did not has ended without room for it', async () => {
    const { room, one, other, log } = await full()
    const grown = note(log, 'grown', one.grow(15))
    other.end()
    room.leave(10, false)
    await grown
    expect(log).toEqual(['grown: false'])
  })

  test('waits for another who was let in just now', async () => {
    const { room, one, other, log } = await full()
    room.leaving(10)
    void note(log, 'one', one.grow(5))
    void note(log, 'other', other.grow(10))
    room.leave(10, true)
    await settled()
    expect(log).toEqual(['one: true'])
  })

  test('does not wait when it has left', async () => {
    const { room, one } = await full()
    room.leaving(5)
    await expect(one.grow(10, AbortSignal.abort(new Error('the client left')))).rejects.toThrow('the client left')
  })

  test('gives up its place in the line when it leaves', async () => {
    const { room, one, other, log } = await full()
    const leaving = new AbortController()
    const grown = one.grow(5, leaving.signal)
    leaving.abort(new Error('the client left'))
    await expect(grown).rejects.toThrow('the client left')
    one.end()
    room.leave(10, false)
    await settled()
    expect(log).toEqual(['newcomer'])
    expect(await other.grow(5)).toBe(true)
  })
})

describe('who holds something', () => {
  /** @param grows while somebody waits */
  async function asked(grows: (grower: Grower) => Promise<unknown>, waits = true): Promise<number> {
    const room = partRoom(100, 30)
    let times = 0
    await room.enter(50, willNotGrow)
    const grower = room.grower(() => {
      times += 1
    })
    const leaving = new AbortController()
    const waiting = waits ? room.enter(100, { willGrow: false, signal: leaving.signal }).catch(() => {}) : undefined
    await grows(grower)
    leaving.abort()
    await waiting
    return times
  }

  test('and does not grow is asked to give it back, once, while somebody waits', async () => {
    expect(await asked(() => sleep(200))).toBe(1)
  })

  test('is not asked where nobody waits', async () => {
    expect(await asked(() => sleep(200), false)).toBe(0)
  })

  test('is not asked while it grows', async () => {
    const growing = async (grower: Grower) => {
      for (let times = 0; times < 20; times += 1) {
        await grower.grow(1)
        await sleep(10)
      }
    }
    expect(await asked(growing)).toBe(0)
  })

  test('is not asked when it has ended', async () => {
    const ending = async (grower: Grower) => {
      grower.end()
      await sleep(200)
    }
    expect(await asked(ending)).toBe(0)
  })

  test('is not asked while it waits itself', async () => {
    const room = partRoom(100, 10)
    const asked: string[] = []
    await room.enter(50, willNotGrow)
    const one = room.grower(() => asked.push('one'))
    await room.enter(50, willNotGrow)
    room.leaving(50)
    const grown = one.grow(10)
    await sleep(100)
    expect(asked).toEqual([])
    room.leave(50, true)
    expect(await grown).toBe(true)
  })
})

test('any uploads at all come to their end, and never hold more than there is, or one part', async () => {
  const limit = 100
  const upload = fc.record({
    parts: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 8 }),
    holds: fc.boolean(),
    /** Turns between two parts: some are so slow that they are asked to give back what they hold. */
    pace: fc.integer({ min: 0, max: 3 }),
    leavesAt: fc.integer({ min: 0, max: 16 }),
  })
  type Upload = typeof upload extends fc.Arbitrary<infer Value> ? Value : never

  /** As `outgoing-parts.ts` does: holds its parts while it can, else sends each. */
  async function run(room: PartRoom, { parts: [first = 1, ...parts], holds, pace, leavesAt }: Upload): Promise<void> {
    const leaving = new AbortController()
    const { signal } = leaving
    const held: number[] = []
    let grower: Grower | undefined
    let sends = !holds
    const send = () => {
      grower?.end()
      sends = true
      for (const bytes of held.splice(0)) {
        room.leaving(bytes)
        void settled().then(() => room.leave(bytes, true))
      }
    }
    try {
      await room.enter(first, { willGrow: holds && parts.length > 0, signal })
      held.push(first)
      for (const [index, bytes] of parts.entries()) {
        for (let turns = 0; turns < pace; turns += 1) await sleep(1)
        if (index === leavesAt) leaving.abort()
        if (!sends) {
          grower ??= room.grower(send)
          if (await grower.grow(bytes, signal)) {
            held.push(bytes)
            continue
          }
        }
        send()
        await room.enter(bytes, { willGrow: false, signal })
        held.push(bytes)
      }
      send()
    } catch {
      expect(signal.aborted).toBe(true)
      grower?.end()
      for (const bytes of held.splice(0)) room.leave(bytes, false)
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(upload, { minLength: 1, maxLength: 20 }), async uploads => {
      const room = partRoom(limit, 2)
      const largest = Math.max(limit, ...uploads.flatMap(({ parts }) => parts))
      let worst = 0
      const watched: PartRoom = {
        ...room,
        leaving(bytes) {
          worst = Math.max(worst, room.inside)
          room.leaving(bytes)
        },
      }
      await Promise.all(uploads.map(each => run(watched, each)))
      await settled()
      await settled()
      expect(worst).toBeLessThanOrEqual(largest)
      expect({ inside: room.inside, waiting: room.waiting }).toEqual({ inside: 0, waiting: 0 })
    }),
    { numRuns: 60 },
  )
})
