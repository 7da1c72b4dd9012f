import { describe, expect, test, vi } from 'vitest'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { createLease } from '../../../registry-app/src/storage/lease.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'

const { signal } = new AbortController()

/** Time that passes for all, when it is told to. */
function setUp({ conditional = true } = {}) {
  const memory = memoryDriver({ now: () => new Date() })
  const { putIfAbsent, ...without } = memory
  const driver: StorageDriver = conditional ? memory : without
  let time = 0
  const sleep = async () => {
    // Whoever else wants to write does so meanwhile.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
  const process = (name: string, own = driver) =>
    createLease({ driver: own, folder: 'lease/', name, sleep, clock: () => time, patience: 60_000 })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { driver, process, pass }
}

const keysOf = async (driver: StorageDriver) => {
  const keys: string[] = []
  for await (const { objects } of driver.list('lease/')) keys.push(...objects.map(({ key }) => key))
  return keys
}

describe.each([
  ['with conditional writes', { conditional: true }],
  ['where a store has none', { conditional: false }],
])('a lease, %s', (_, kind) => {
  test('is given to one of many that want it at once', async () => {
    const { process } = setUp(kind)
    const taken = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(name => process(name).take(signal)))
    expect(taken.filter(lease => lease !== undefined)).toHaveLength(1)
  })

  test('is given to the next once it is released, and leaves one object', async () => {
    const { process, driver } = setUp(kind)
    for (const name of ['a', 'b', 'a', 'c']) {
      const lease = await process(name).take(signal)
      expect(lease, name).toBeDefined()
      await lease?.release()
    }
    expect(await keysOf(driver)).toHaveLength(1)
  })

  test('of a process that died is taken over by who saw no sign of life for a minute', async () => {
    const { process, pass } = setUp(kind)
    expect(await process('dead').take(signal)).toBeDefined()
    const waiting = process('waiting')
    expect(await waiting.take(signal)).toBeUndefined()
    pass(59_000)
    expect(await waiting.take(signal)).toBeUndefined()
    pass(1000)
    expect(await waiting.take(signal)).toBeDefined()
  })

  test('of a process that lives is never taken over, since it gives signs of life', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { process, pass } = setUp(kind)
      const held = await process('alive').take(signal)
      const waiting = process('waiting')
      for (let turn = 0; turn < 10; turn += 1) {
        expect(await waiting.take(signal)).toBeUndefined()
        pass(30_000)
        await vi.advanceTimersByTimeAsync(30_000)
      }
      expect(held?.lost.aborted).toBe(false)
      await held?.release()
      expect(await waiting.take(signal)).toBeDefined()
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a lease', () => {
  test('is not held by who slept while its number was used and taken away', async () => {
    const { process, driver } = setUp()
    await (await process('a').take(signal))?.release()
    // It looked, and falls asleep before it writes; meanwhile two others come and go.
    const sleepy: StorageDriver = {
      ...driver,
      async putIfAbsent(key, content) {
        for (const name of ['b', 'c']) await (await process(name).take(signal))?.release()
        return (await driver.putIfAbsent?.(key, content)) ?? false
      },
    }
    expect(await process('sleepy', sleepy).take(signal)).toBeUndefined()
    expect(await keysOf(driver)).toEqual(['lease/000000000003'])
  })

  test('counts as lost once its holder could not write for a while', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { process, pass, driver } = setUp()
      let away = false
      const failing: StorageDriver = {
        ...driver,
        put: (key, content) => (away ? Promise.reject(new Error('the store is away')) : driver.put(key, content)),
      }
      const held = await process('a', failing).take(signal)
      away = true
      pass(20_000)
      await vi.advanceTimersByTimeAsync(10_000)
      expect(held?.lost.aborted).toBe(false)
      pass(20_000)
      await vi.advanceTimersByTimeAsync(10_000)
      expect(held?.lost.aborted).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })
})
