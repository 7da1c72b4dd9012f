import { expect, test } from 'vitest'
import { keepLastPulls } from '../../../registry-app/src/maintenance/keep-last-pulls.ts'
import type { LastPulls } from '../../../registry-app/src/registry/last-pulls.ts'
import { pullsPath } from '../../../registry-app/src/registry/paths.ts'
import { compactPulls, dayOf, readPulls } from '../../../registry-app/src/registry/pull-records.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { load } from '../config/complaints-of.ts'
import { keysUnder, sha256 } from '../support/bytes.ts'
import { countedDriver } from '../support/counted-driver.ts'
import { counter } from '../support/counter.ts'
import { name, tag } from '../support/images.ts'
import { hour, standingClock } from '../support/registry.ts'

const day = 24 * hour
const a = name('a')
const digest = sha256('x')

/** A day of it is over at once: whoever sleeps is woken by the clock that is moved. */
function simulation() {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  const { driver: counted, calls } = countedDriver(driver)
  let sleepers: { at: number; wake: () => void }[] = []
  const sleep = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      const sleeper = { at: clock.now().getTime() + milliseconds, wake: resolve }
      sleepers.push(sleeper)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  const settle = async () => {
    for (let turns = 0; turns < 20; turns += 1) await new Promise(resolve => setImmediate(resolve))
  }
  const move = async (by: number) => {
    clock.move(by)
    const now = clock.now().getTime()
    const due = sleepers.filter(({ at }) => at <= now)
    sleepers = sleepers.filter(({ at }) => at > now)
    for (const { wake } of due) wake()
    await settle()
  }
  const said: string[] = []
  const replica = (options: { driver?: StorageDriver; most?: number } = {}) =>
    keepLastPulls({
      driver: counted,
      policy: load('storage: inmemory').config.policy,
      log: { error: (message: string) => said.push(message) } as never,
      now: clock.now,
      random: () => 0.5,
      randomName: counter('pulls'),
      sleep,
      ...options,
    })
  const known = () => readPulls(driver, clock.now().getTime())
  return { clock, driver, calls, move, replica, said, known, settle }
}

test('10,000 pulls of a day cost a handful of requests, and each tag has its day', async () => {
  const { move, replica, calls, known, clock } = simulation()
  const { pulls } = replica()
  for (let pull = 0; pull < 10_000; pull += 1) {
    pulls.note(name(`team/app-${pull % 40}`), sha256(String(pull % 1000)), pull % 3 === 0 ? undefined : tag(`v${pull % 1000}`))
    if (pull % 100 === 99) await move(day / 100)
  }
  expect(calls.filter(call => call === 'put').length).toBeLessThanOrEqual(5)
  expect(calls.length).toBeLessThanOrEqual(6)
  const found = (await known()).of(name('team/app-1'))
  expect(found.get('v1')).toBeGreaterThanOrEqual(dayOf(clock.now().getTime()) - 1)
})

test('two replicas do not overwrite each other, and the last day counts', async () => {
  const { move, replica, known, clock } = simulation()
  const [one, other] = [replica(), replica()]
  one.pulls.note(a, digest, tag('v1'))
  other.pulls.note(a, digest, tag('v2'))
  await move(7 * hour)
  const first = dayOf(clock.now().getTime())
  for (let days = 0; days < 3; days += 1) await move(day)
  other.pulls.note(a, digest, tag('v2'))
  await move(day)
  const days = (await known()).of(a)
  expect([days.get('v1'), days.get('v2')]).toEqual([first, dayOf(clock.now().getTime())])
})

test('what is left when a process ends is written; a process that saw nothing writes nothing then', async () => {
  const { replica, known, driver } = simulation()
  const { pulls, end } = replica()
  pulls.note(a, digest, tag('v1'))
  await end()
  expect((await known()).of(a).has('v1')).toBe(true)
  await replica().end()
  expect(await keysUnder(driver, pullsPath)).toHaveLength(1)
})

test('while the store is away nobody waits, nothing is lost, and memory is bounded: what is too much counts as all', async () => {
  const { move, replica, driver, said, known, clock, settle } = simulation()
  let away = true
  const failing: StorageDriver = { ...driver, put: async (...args) => (away ? Promise.reject(new Error('away')) : driver.put(...args)) }
  const { pulls } = replica({ driver: failing, most: 100 })
  const few = replica({ driver: failing, most: 100 })
  few.pulls.note(a, digest, tag('v1'))
  for (let pull = 0; pull < 1000; pull += 1) pulls.note(a, sha256(String(pull)), tag(`t${pull}`))
  await move(7 * hour)
  expect(said.length).toBeGreaterThan(1)
  expect((await known()).since).toBeUndefined()
  away = false
  await move(hour)
  await settle()
  const { all, of } = await known()
  expect([all, of(a).has('v1'), of(a).has('t999')]).toEqual([dayOf(clock.now().getTime()), true, false])
})

test('where there are very many, they are written before their time', async () => {
  const { replica, settle, calls } = simulation()
  const { pulls } = replica({ most: 100 })
  for (let pull = 0; pull < 60; pull += 1) pulls.note(a, digest, tag(`t${pull}`))
  await settle()
  expect(calls).toEqual(['put'])
})

test('pulls are counted without a gap since the first start, and anew after days in which nobody counted', async () => {
  const { move, replica, known, clock } = simulation()
  const begun = clock.now().getTime()
  const first = replica()
  for (let days = 0; days < 5; days += 1) await move(day)
  expect((await known()).since).toBe(begun)
  await first.end()
  await move(hour)
  const second = replica()
  for (let days = 0; days < 5; days += 1) await move(day)
  expect((await known()).since).toBe(begun)
  await second.end()
  await move(4 * day)
  expect((await known()).since).toBeUndefined()
  const again = clock.now().getTime()
  replica()
  await move(7 * hour)
  expect((await known()).since).toBe(again)
})

test('many small objects are put together once a day, by several at once too, and nothing is lost', async () => {
  const { move, replica, known, driver, clock } = simulation()
  const begun = clock.now().getTime()
  const replicas = [replica(), replica(), replica()]
  for (let days = 0; days < 20; days += 1) {
    for (const [index, { pulls }] of replicas.entries()) pulls.note(a, digest, tag(`d${days}-${index}`))
    for (let quarter = 0; quarter < 4; quarter += 1) await move(day / 4)
  }
  expect((await keysUnder(driver, pullsPath)).length).toBeLessThan(40)
  const options = { now: clock.now().getTime(), randomName: counter('compact') }
  await Promise.all([compactPulls(driver, options), compactPulls(driver, options)])
  const { since, of } = await known()
  expect([since, of(a).size]).toEqual([begun, 61])
})

test('what was pulled more than a year ago is forgotten when objects are put together', async () => {
  const { move, replica, known, clock, driver } = simulation()
  const { pulls } = replica()
  pulls.note(a, digest, tag('old'))
  for (let days = 0; days < 420; days += 1) await move(day)
  pulls.note(a, digest, tag('new'))
  for (let days = 0; days < 20; days += 1) await move(day)
  await compactPulls(driver, { now: clock.now().getTime(), randomName: counter('compact') })
  expect([...(await known()).of(a).keys()].filter(each => !each.startsWith('@'))).toEqual(['new'])
})

test('who pulls waits for nothing: a note takes no time', () => {
  const notes: LastPulls = simulation().replica().pulls
  expect(notes.note(a, digest, tag('v1'))).toBeUndefined()
})
