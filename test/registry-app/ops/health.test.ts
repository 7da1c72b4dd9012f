import { afterEach, describe, expect, test, vi } from 'vitest'
import { storageCheck } from '../../../registry-app/src/ops/checks.ts'
import { watch } from '../../../registry-app/src/ops/health.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'

/** A storage that can be taken away, and given back. */
function failable() {
  let away = false
  const inner = memoryDriver({ now: () => new Date() })
  const driver: StorageDriver = {
    ...inner,
    async stat(key, options) {
      if (away) throw new Error('the storage is away')
      return inner.stat(key, options)
    },
  }
  return { driver, setAway: (to: boolean) => (away = to) }
}

function watching(threshold: number) {
  vi.useFakeTimers()
  const storage = failable()
  const lines: string[] = []
  const log = createLog({ level: 'info', formatter: 'json', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const watched = watch(storageCheck(storage.driver, 'inmemory'), { interval: 1000, threshold, log })
  const healthy = () => watched.failure === undefined
  return { ...storage, watched, healthy, log, lines, looks: (times: number) => vi.advanceTimersByTimeAsync(1000 * times) }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a storage that is watched', () => {
  test('is relied upon until it was asked', () => {
    const { healthy, setAway } = watching(0)
    setAway(true)
    expect(healthy()).toBe(true)
  })

  test.each([
    [0, 1],
    [1, 1],
    [3, 3],
  ])('with a threshold of %i is given up after %i failures in a row', async (threshold, failures) => {
    const { healthy, setAway, looks } = watching(threshold)
    await looks(2)
    setAway(true)
    await looks(failures - 1)
    expect(healthy()).toBe(true)
    await looks(1)
    expect(healthy()).toBe(false)
  })

  test('is relied upon again once it answers, and the failures count from the beginning', async () => {
    const { healthy, setAway, looks } = watching(2)
    setAway(true)
    await looks(5)
    expect(healthy()).toBe(false)
    setAway(false)
    await looks(1)
    expect(healthy()).toBe(true)
    setAway(true)
    await looks(1)
    expect(healthy()).toBe(true)
  })

  test('has its failures in the log', async () => {
    const { setAway, looks, log, lines } = watching(0)
    setAway(true)
    await looks(2)
    log.flush()
    const records = lines
      .join('')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(records.map(({ level, failures }) => [level, failures])).toEqual([
      ['warn', 1],
      ['warn', 2],
    ])
    expect(records[0].error).toContain('the storage is away')
  })
})
