import { describe, expect, test } from 'vitest'
import { keptFresh } from '../../../registry-app/src/concurrency/kept-fresh.ts'

function kept() {
  const it = { time: 0, looks: 0, failing: false }
  const fresh = keptFresh({
    look: async () => {
      it.looks += 1
      if (it.failing) throw new Error('away')
    },
    every: 20,
    atMost: 25,
    clock: () => it.time,
  })
  return Object.assign(it, { fresh })
}

/** All that is under way ends. */
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('what is kept fresh', () => {
  test('is waited for the first time, by all who ask', async () => {
    const it = kept()
    await Promise.all([it.fresh(), it.fresh()])
    expect(it.looks).toBe(1)
  })

  test('is believed for a while, then looked at beside the request', async () => {
    const it = kept()
    await it.fresh()
    it.time = 19
    expect(it.fresh()).toBeUndefined()
    expect(it.looks).toBe(1)
    it.time = 21
    expect(it.fresh()).toBeUndefined()
    expect(it.fresh()).toBeUndefined()
    await settled()
    expect(it.looks).toBe(2)
  })

  test('is waited for when nobody asked for long', async () => {
    const it = kept()
    await it.fresh()
    it.time = 1000
    await expect(it.fresh()).resolves.toBeUndefined()
    expect(it.looks).toBe(2)
  })

  test('costs nothing while nobody asks', async () => {
    const it = kept()
    await it.fresh()
    it.time = 1_000_000
    await settled()
    expect(it.looks).toBe(1)
  })

  test('stays what it was where it cannot be looked at, and nobody waits for that; it is tried again as often', async () => {
    const it = kept()
    await it.fresh()
    it.failing = true
    it.time = 1000
    await it.fresh()
    expect(it.fresh()).toBeUndefined()
    expect(it.looks).toBe(2)
    it.time = 2000
    expect(it.fresh()).toBeUndefined()
    await settled()
    expect(it.looks).toBe(3)
  })

  test('fails for who asks as long as there is nothing', async () => {
    const it = kept()
    it.failing = true
    await expect(it.fresh()).rejects.toThrow('away')
    await expect(it.fresh()).rejects.toThrow('away')
    it.failing = false
    await it.fresh()
    expect(it.looks).toBe(3)
  })
})
