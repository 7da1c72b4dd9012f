import { describe, expect, onTestFinished, test } from 'vitest'
import { requestCountsPath } from '../../../registry-app/src/registry/paths.ts'
import { type AllRequestsOptions, allRequests } from '../../../registry-app/src/ui/all-requests.ts'
import { requestCounts } from '../../../registry-app/src/ui/request-counts.ts'
import { keysUnder } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { hour, standingClock } from '../support/registry.ts'
import { countingStore } from './support/counting-store.ts'

const start = '2026-03-01T12:00:00.000Z'

function setUp() {
  const clock = standingClock(new Date(start))
  const driver = countingStore(clock.now)
  const failures: unknown[] = []
  const randomName = counter('process')

  /** A process whose hours pass when they are told to. */
  function replica(more: Partial<AllRequestsOptions> = {}) {
    const own = requestCounts(clock.now)
    const hours: (() => void)[] = []
    const all = allRequests({
      driver,
      own,
      readOnly: false,
      now: clock.now,
      clock: () => clock.now().getTime(),
      random: () => 1,
      randomName,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          hours.push(() => resolve(undefined))
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
      failed: error => failures.push(error),
      ...more,
    })
    onTestFinished(() => all.stop())
    const settle = async () => {
      for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate)
    }
    return {
      ...all,
      ask: (operation: string, times = 1) => {
        for (let time = 0; time < times; time += 1) own.add({ operation })
      },
      hour: async () => {
        hours.shift()?.()
        await settle()
      },
      counts: async () => Object.fromEntries((await all.total()).operations.map(({ operation, requests }) => [operation, requests])),
      settle,
    }
  }
  const written = () => keysUnder(driver, requestCountsPath)
  return { clock, driver, failures, replica, written }
}

describe('what all processes asked the store for', () => {
  test('is what this one did as of now, and the others as they wrote it down', async () => {
    const { replica, clock } = setUp()
    const [one, other] = [replica(), replica()]
    one.ask('PutObject', 3)
    other.ask('PutObject', 4)
    other.ask('GetObject', 5)
    await other.hour()
    other.ask('PutObject', 100)
    expect(await one.counts()).toEqual({ PutObject: 7, GetObject: 5 })
    one.ask('PutObject')
    expect(await one.total()).toEqual({
      since: Date.parse(start),
      processes: 2,
      operations: [
        { operation: 'PutObject', requests: 8, priced: 'put' },
        { operation: 'GetObject', requests: 5, priced: 'get' },
      ],
    })
    clock.move(hour)
    await one.counts()
    await one.settle()
    await other.hour()
    clock.move(hour)
    await one.counts()
    await one.settle()
    expect(await one.counts()).toEqual({ PutObject: 108, GetObject: 5 })
  })

  test('is counted since the first of them began, and goes on when one has ended', async () => {
    const { replica, clock, written } = setUp()
    const old = replica()
    old.ask('GetObject', 2)
    clock.move(hour)
    const one = replica()
    one.ask('GetObject')
    await old.stop()
    expect(await written()).toHaveLength(1)
    expect(await one.total()).toMatchObject({ since: Date.parse(start), processes: 2, operations: [{ requests: 3 }] })
  })

  test('costs one request an hour where it has changed, and none where it has not', async () => {
    const { replica, driver, clock } = setUp()
    const one = replica()
    await one.hour()
    expect(driver.cost()).toEqual({})
    one.ask('HeadObject')
    await one.hour()
    // The first time, and then once a day, with a look at what is old.
    expect(driver.cost()).toEqual({ put: 1, list: 1 })
    clock.move(hour)
    await one.hour()
    expect(driver.cost()).toEqual({})
    one.ask('HeadObject', 1000)
    await one.hour()
    expect(driver.cost()).toEqual({ put: 1 })
  })

  test('does not count the writing of it as a change', async () => {
    const { driver, clock, replica } = setUp()
    const put: typeof driver.put = async (...args) => {
      own.ask('PutObject')
      return driver.put(...args)
    }
    const own = replica({ driver: { ...driver, put } })
    own.ask('HeadObject')
    await own.hour()
    clock.move(hour)
    await own.hour()
    expect(driver.cost()).toEqual({ put: 1, list: 1 })
  })

  test('is read once in five minutes, however many look', async () => {
    const { replica, driver, clock } = setUp()
    const [one, ...others] = [replica(), replica(), replica()]
    for (const each of [one, ...others]) each?.ask('GetObject')
    for (const other of others) await other.hour()
    driver.cost()
    for (let looks = 0; looks < 50; looks += 1) await one?.total()
    expect(driver.cost()).toEqual({ list: 1, read: 2 })
    clock.move(5 * 60_000)
    for (let looks = 0; looks < 50; looks += 1) await one?.total()
    await one?.settle()
    expect(driver.cost()).toEqual({ list: 1, read: 2 })
  })

  test('asks for nothing where the images are files', async () => {
    const { replica, driver } = setUp()
    const one = replica()
    expect(await one.total()).toEqual({ since: Date.parse(start), operations: [], processes: 1 })
    await one.stop()
    expect(driver.cost()).toEqual({})
  })

  test('has no more of a process that wrote nothing for two days, and its object is taken away', async () => {
    const { replica, clock, written } = setUp()
    const [one, old] = [replica(), replica()]
    old.ask('GetObject', 5)
    await old.hour()
    clock.move(48 * hour + 1)
    one.ask('GetObject')
    expect(await one.counts()).toEqual({ GetObject: 1 })
    await one.hour()
    expect(await written()).toHaveLength(1)
  })

  test('has a hundred others at most, the newest', async () => {
    const { replica, driver, clock } = setUp()
    for (let number = 0; number < 120; number += 1) {
      clock.move(1000)
      const ended = replica()
      ended.ask('GetObject', number < 20 ? 1_000_000 : 1)
      await ended.stop()
    }
    const one = replica()
    one.ask('GetObject')
    driver.cost()
    expect(await one.total()).toMatchObject({ processes: 101, operations: [{ requests: 101 }] })
    expect(driver.cost()).toEqual({ list: 1, read: 100 })
  })

  test.each([
    '',
    '{',
    '{"format":2,"since":1,"counts":{}}',
    '{"format":1,"since":1,"counts":{"GetObject":"many"}}',
    '{"format":1,"since":1,"counts":{"<b>":1}}',
  ])('leaves out what says %s', async content => {
    const { replica, driver } = setUp()
    await driver.put(`${requestCountsPath}other`, Buffer.from(content))
    const one = replica()
    one.ask('GetObject')
    expect(await one.total()).toMatchObject({ processes: 1, operations: [{ requests: 1 }] })
  })

  test('is that of this process while the store is away, and what was known stays', async () => {
    const { replica, driver, failures, clock } = setUp()
    const [one, other] = [replica(), replica()]
    one.ask('GetObject')
    other.ask('GetObject')
    await other.hour()
    const { list } = driver
    driver.list = () => {
      throw new Error('away')
    }
    expect(await one.counts()).toEqual({ GetObject: 1 })
    expect(failures).toHaveLength(1)
    driver.list = list
    expect(await one.counts()).toEqual({ GetObject: 2 })
    driver.list = () => {
      throw new Error('away')
    }
    clock.move(10 * 60_000)
    expect(await one.counts()).toEqual({ GetObject: 2 })
  })

  test('is not written down where nothing may be', async () => {
    const { replica, written } = setUp()
    const one = replica({ readOnly: true })
    one.ask('GetObject')
    await one.stop()
    expect(await written()).toEqual([])
  })
})
