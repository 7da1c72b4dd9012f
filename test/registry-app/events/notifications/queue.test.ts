import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChunkStore, createQueue, type Queue } from '../../../../registry-app/src/events/notifications/queue.ts'

interface Trial {
  readonly queue: Queue
  readonly objects: Map<string, string>
  /** Requests to the storage so far. */
  requests(): string[]
  missing(): number
  move(by: number): void
  break(error: Error | undefined): void
}

function trial({ limit = 100_000, saveAfter = 1000 } = {}): Trial {
  const objects = new Map<string, string>()
  const requests: string[] = []
  let [time, missing] = [0, 0]
  let broken: Error | undefined
  const ask = async (what: string) => {
    requests.push(what)
    if (broken) throw broken
  }
  const store: ChunkStore = {
    keyOf: sequence => String(sequence),
    async write(key, text) {
      await ask(`write ${key}`)
      objects.set(key, text)
    },
    async read(key) {
      await ask(`read ${key}`)
      return objects.get(key)
    },
    async remove(keys) {
      await ask(`remove ${keys.join(' ')}`)
      for (const key of keys) objects.delete(key)
    },
  }
  const queue = createQueue({
    store,
    limit,
    saveAfter,
    now: () => time,
    missing: count => {
      missing += count
    },
  })
  return {
    queue,
    objects,
    requests: () => requests,
    missing: () => missing,
    move: by => {
      time += by
    },
    break: error => {
      broken = error
    },
  }
}

const kept = ({ objects }: Trial) => [...objects].sort(([a], [b]) => Number(a) - Number(b)).flatMap(([, text]) => text.split('\n'))

async function deliver({ queue }: Trial): Promise<string | undefined> {
  const turn = await queue.first()
  turn?.done()
  return turn?.event
}

async function drained(of: Trial): Promise<string[]> {
  const events: string[] = []
  for (let event = await deliver(of); event !== undefined; event = await deliver(of)) events.push(event)
  return events
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index))

describe('a queue', () => {
  test('gives the events in the order in which they came', async () => {
    const one = trial()
    for (const event of numbers(3)) one.queue.push(event)
    expect(one.queue.length()).toBe(3)
    expect(await drained(one)).toEqual(['0', '1', '2'])
    expect(one.queue.length()).toBe(0)
  })

  test('gives an event again that was not delivered', async () => {
    const one = trial()
    one.queue.push('a')
    ;(await one.queue.first())?.again()
    expect((await one.queue.first())?.event).toBe('a')
  })

  test('asks the storage nothing of what is delivered at once', async () => {
    const one = trial()
    for (const event of numbers(2000)) {
      one.queue.push(event)
      await deliver(one)
      one.move(10)
      await one.queue.save()
    }
    expect(one.requests()).toEqual([])
  })

  test('keeps what has waited for long enough, and what waits behind it, by one request', async () => {
    const one = trial()
    one.queue.push('a')
    one.move(900)
    one.queue.push('b')
    await one.queue.save()
    expect([one.requests(), one.queue.isKept()]).toEqual([[], false])
    one.move(100)
    await one.queue.save()
    expect([one.requests(), one.queue.isKept()]).toEqual([['write 0'], true])
    expect(kept(one)).toEqual(['a', 'b'])
    await one.queue.save()
    expect(one.requests()).toHaveLength(1)
  })

  test('keeps everything when it is told to', async () => {
    const one = trial()
    one.queue.push('a')
    await one.queue.save({ all: true })
    expect(kept(one)).toEqual(['a'])
  })

  test('takes away what was delivered: the object with its last event, and before that now and then its beginning', async () => {
    const one = trial()
    for (const event of ['a', 'b']) one.queue.push(event)
    await one.queue.save({ all: true })
    await deliver(one)
    await one.queue.save()
    expect(kept(one)).toEqual(['b'])
    await deliver(one)
    await one.queue.save()
    expect([kept(one), one.queue.isKept()]).toEqual([[], false])
  })

  test('holds only its beginning and its end in memory, and reads the middle when its turn comes', async () => {
    const one = trial()
    for (const event of numbers(2100)) one.queue.push(event)
    await one.queue.save({ all: true })
    expect(one.objects.size).toBe(5)
    const before = one.requests().length
    expect(await drained(one)).toEqual(numbers(2100))
    expect(one.requests().slice(before)).toEqual(['read 1', 'read 2', 'read 3'])
  })

  test('has no room beyond its limit', () => {
    const { queue } = trial({ limit: 2 })
    expect(numbers(4).map(event => queue.push(event))).toEqual([true, true, false, false])
  })

  test('has no room for more than memory may hold, while the storage takes nothing', async () => {
    const one = trial()
    one.break(new Error('away'))
    const event = 'x'.repeat(100_000)
    let taken = 0
    while (one.queue.push(event)) taken += 1
    expect(taken).toBe(Math.floor((16 * 1024 * 1024) / 100_000))
    await expect(one.queue.save({ all: true })).rejects.toThrow('away')
    expect(one.queue.push(event)).toBe(false)
    one.break(undefined)
    await one.queue.save({ all: true })
    expect(one.queue.push(event)).toBe(true)
  })

  test('says how many events somebody else has taken, and goes on with the others', async () => {
    const one = trial()
    for (const event of numbers(1100)) one.queue.push(event)
    await one.queue.save({ all: true })
    one.objects.delete('1')
    expect(await drained(one)).toEqual([...numbers(500), ...numbers(100, 1000)])
    expect([one.missing(), one.queue.length()]).toEqual([500, 0])
  })

  test('tries again to take away what the storage did not let it', async () => {
    const one = trial()
    one.queue.push('a')
    await one.queue.save({ all: true })
    await deliver(one)
    one.break(new Error('away'))
    await expect(one.queue.save()).rejects.toThrow('away')
    one.break(undefined)
    await one.queue.save()
    expect(kept(one)).toEqual([])
  })

  test('keeps no event that is delivered while it is being kept', async () => {
    const one = trial()
    for (const event of ['a', 'b']) one.queue.push(event)
    const saving = one.queue.save({ all: true })
    await deliver(one)
    await saving
    await one.queue.save()
    expect(kept(one)).toEqual(['b'])
    const again = one.queue.save({ all: true })
    await deliver(one)
    await again
    await one.queue.save()
    expect(kept(one)).toEqual([])
  })

  test('loses nothing and keeps the order, whatever is done when; and what was kept can be had without it', async () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ deliver: fc.integer({ min: 1, max: 900 }) }),
      fc.record({ save: fc.boolean(), fails: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async steps => {
        const one = trial({ saveAfter: 0 })
        let pushed = 0
        const given: string[] = []
        for (const each of steps) {
          if ('push' in each) for (const event of numbers(each.push, pushed)) one.queue.push(event)
          if ('push' in each) pushed += each.push
          if ('deliver' in each) {
            for (let count = 0; count < each.deliver; count += 1) {
              const event = await deliver(one)
              if (event !== undefined) given.push(event)
            }
          }
          if ('save' in each) {
            one.break(each.fails ? new Error('away') : undefined)
            await one.queue.save({ all: each.save }).catch(() => {})
            one.break(undefined)
            // Who comes after a crash now has everything that was not delivered.
            if (!each.fails) expect(kept(one)).toEqual(numbers(pushed).slice(given.length))
          }
        }
        given.push(...(await drained(one)))
        expect(given).toEqual(numbers(pushed))
        await one.queue.save()
        expect(one.objects.size).toBe(0)
      }),
      { numRuns: 50 },
    )
  })
})
