import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PartMemory, partMemory, type Share } from '../../../../registry-app/src/storage/s3/part-memory.ts'
import { content, KiB, MiB } from '../../support/bytes.ts'

const settled = () => new Promise(resolve => setImmediate(resolve))

/** Asks, and notes when it was let in. */
function asking(memory: PartMemory, order: string[]) {
  return (name: string, bytes: number, signal?: AbortSignal) =>
    memory.reserve(bytes, { signal }).then(share => {
      order.push(name)
      return share
    })
}

describe('room', () => {
  test('is given in the order of asking, also where a later one would fit', async () => {
    const order: string[] = []
    const ask = asking(partMemory(10), order)
    const first = await ask('first', 6)
    const large = ask('large', 8)
    const small = ask('small', 2)
    await settled()
    expect(order).toEqual(['first'])
    first.release()
    await Promise.all([large, small])
    expect(order).toEqual(['first', 'large', 'small'])
  })

  test('that is larger than all there is goes to one who is alone with it', async () => {
    const order: string[] = []
    const ask = asking(partMemory(10), order)
    const first = await ask('first', 1)
    const huge = ask('huge', 1000)
    const last = ask('last', 1)
    await settled()
    expect(order).toEqual(['first'])
    first.release()
    const alone = await huge
    await settled()
    expect(order).toEqual(['first', 'huge'])
    alone.release()
    await last
  })

  test('is not held by who waits, and who gives up waiting lets the next one in', async () => {
    const order: string[] = []
    const ask = asking(partMemory(10), order)
    const first = await ask('first', 6)
    const leaving = new AbortController()
    const large = ask('large', 8, leaving.signal)
    const small = ask('small', 4)
    leaving.abort(new Error('the client left'))
    await expect(large).rejects.toThrow('the client left')
    await small
    expect(order).toEqual(['first', 'small'])
    first.release()
  })

  test('is not given to who has left before', async () => {
    const memory = partMemory(10)
    await expect(memory.reserve(1, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
    await memory.reserve(10)
  })

  test('that was given stays with who leaves later, until he gives it back', async () => {
    const memory = partMemory(10)
    const leaving = new AbortController()
    const share = await memory.reserve(10, leaving)
    leaving.abort()
    const order: string[] = []
    const next = asking(memory, order)('next', 10)
    await settled()
    expect(order).toEqual([])
    share.release()
    await next
  })

  test('is given back once, however often', async () => {
    const memory = partMemory(10)
    const [one, two] = [await memory.reserve(5), await memory.reserve(5)]
    one.release()
    one.release()
    await memory.reserve(5)
    const order: string[] = []
    const next = asking(memory, order)('next', 5)
    await settled()
    expect(order).toEqual([])
    two.release()
    await next
  })

  test('for beginnings is apart: 256 of them, whatever the parts hold', async () => {
    const memory = partMemory(10)
    await memory.reserve(10)
    const begun = await Promise.all(Array.from({ length: 256 }, () => memory.begin()))
    let another: Share | undefined
    const waiting = memory.begin().then(share => {
      another = share
    })
    await settled()
    expect(another).toBeUndefined()
    begun[0]?.release()
    await waiting
  })
})

test('memory is ample for what leaves a third of it, while nobody waits', async () => {
  const memory = partMemory(30)
  const first = await memory.reserve(10)
  expect([memory.ampleFor(10), memory.ampleFor(11)]).toEqual([true, false])

  const waiting = memory.reserve(30)
  expect(memory.ampleFor(1)).toBe(false)
  first.release()
  await waiting
})

describe('a share', () => {
  test('takes as much as there is room for, over the blocks it is made of', async () => {
    const whole = content(2 * MiB + 100)
    const share = await partMemory(10 * MiB).reserve(2 * MiB + 50)
    for (let at = 0; at < whole.length; at += 300_000) share.fill(whole.subarray(at, at + 300_000))
    expect({ used: share.used, capacity: share.capacity }).toEqual({ used: 2 * MiB + 50, capacity: 2 * MiB + 50 })
    expect(Buffer.concat(share.content).equals(whole.subarray(0, 2 * MiB + 50))).toBe(true)
    expect(share.fill(whole)).toBe(0)
  })

  test('copies: what was filled in may be overwritten by its owner', async () => {
    const share = await partMemory(10).reserve(10)
    const piece = Buffer.from('piece')
    share.fill(piece)
    piece.fill('x')
    expect(Buffer.concat(share.content).toString()).toBe('piece')
  })

  test('goes on where a beginning ended, and gives both back', async () => {
    const whole = content(100 * KiB)
    const memory = partMemory(100 * KiB)
    const begun = await memory.begin()
    const taken = begun.fill(whole)
    expect(taken).toBe(64 * KiB)
    const grown = await memory.reserve(100 * KiB)
    grown.append(begun)
    expect(grown.used).toBe(taken)
    expect(grown.fill(whole.subarray(taken))).toBe(36 * KiB)
    expect(Buffer.concat(grown.content).equals(whole)).toBe(true)
    grown.release()
    await memory.reserve(100 * KiB)
  })

  test('is made of memory that another one had', async () => {
    const memory = partMemory(MiB)
    const first = await memory.reserve(MiB)
    first.fill(Buffer.from('first'))
    const [block] = first.content
    first.release()
    const second = await memory.reserve(MiB)
    second.fill(Buffer.from('other'))
    expect(block?.toString()).toBe('other')
  })
})

test('any uploads at all come to their end, and never hold more than there is, or one part', async () => {
  const limit = 100
  const upload = fc.record({
    parts: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 6 }),
    leavesAt: fc.integer({ min: 0, max: 12 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(upload, { minLength: 1, maxLength: 40 }), async uploads => {
      const memory = partMemory(limit)
      const held = new Set<number[]>()
      let worst = 0

      /** As `storeStream` does: a beginning that grows into the first part; each part is asked for while the ones before are on their way. */
      const run = async ({ parts, leavesAt }: { parts: number[]; leavesAt: number }) => {
        const leaving = new AbortController()
        let step = 0
        const begun = await memory.begin(leaving.signal)
        try {
          for (const size of parts) {
            if (step++ === leavesAt) leaving.abort()
            const share = await memory.reserve(size, leaving)
            const mine = [size]
            held.add(mine)
            const all = [...held].flat()
            if (all.length > 1)
              worst = Math.max(
                worst,
                all.reduce((sum, each) => sum + each),
              )
            void settled().then(() => {
              held.delete(mine)
              share.release()
            })
          }
        } catch {
          expect(leaving.signal.aborted).toBe(true)
        } finally {
          begun.release()
        }
      }
      await Promise.all(uploads.map(run))
      expect(worst).toBeLessThanOrEqual(limit)
    }),
    { numRuns: 50 },
  )
})
