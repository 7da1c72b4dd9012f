import { describe, expect, onTestFinished, test } from 'vitest'
import type { Diagnosis } from '../../../registry-app/src/doctor/diagnosis.ts'
import { doctorPath } from '../../../registry-app/src/registry/paths.ts'
import { type ExaminationsOptions, examinations } from '../../../registry-app/src/ui/examinations.ts'
import { eventually } from '../http/support/eventually.ts'
import { bytes } from '../support/bytes.ts'
import { hour, standingClock } from '../support/registry.ts'
import { countingStore } from './support/counting-store.ts'

const never = new AbortController().signal

/** A doctor who waits for a word before he has found something. */
function opened() {
  const clock = standingClock()
  const driver = countingStore(clock.now)
  const failures: unknown[] = []
  const said: string[] = []
  let asked = 0
  let word = Promise.withResolvers<void>()
  const diagnosis = (): Diagnosis => ({
    ...{ at: clock.now().getTime(), verdict: 'good', questions: 29, good: 29, unasked: 0, findings: [] },
  })
  const replica = (options: Partial<ExaminationsOptions> = {}) =>
    examinations({
      driver,
      now: clock.now,
      async examine(signal) {
        asked += 1
        await Promise.race([word.promise, new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))])
        return diagnosis()
      },
      begun: by => said.push(`begun by ${by}`),
      ended: ({ verdict }, milliseconds) => said.push(`${verdict} after ${milliseconds}`),
      failed: error => failures.push(error),
      ...options,
    })
  const finish = () => {
    word.resolve()
    word = Promise.withResolvers()
  }
  onTestFinished(finish)
  return { clock, driver, replica, finish, diagnosis, failures, said, asked: () => asked }
}

describe('an examination', () => {
  test('is shown to be under way by every replica, and then what it found, for a read each', async () => {
    const { replica, finish, diagnosis, clock, driver, said } = opened()
    const [one, other] = [replica(), replica()]
    expect(await other.last()).toEqual({ running: false, failed: false, diagnosis: undefined })
    await one.begin('alice')
    expect(driver.cost()).toEqual({ read: 2, put: 1 })
    expect(await one.last()).toMatchObject({ running: true, failed: false })
    expect(await other.last()).toMatchObject({ running: true, failed: false })
    expect(driver.cost()).toEqual({ read: 2 })
    clock.move(3000)
    finish()
    await eventually(async () => (await other.last()).running).toBe(false)
    expect(await other.last()).toEqual({ running: false, failed: false, diagnosis: diagnosis() })
    expect(said).toEqual(['begun by alice', 'good after 3000'])
  })

  test('is one at a time, here and elsewhere', async () => {
    const { replica, asked } = opened()
    const [one, other] = [replica(), replica()]
    await Promise.all([one.begin(), one.begin(), one.begin()])
    await one.begin()
    await other.begin()
    await other.make(never)
    expect(asked()).toBe(1)
  })

  test('leaves what the last one found to be shown until it has ended', async () => {
    const { replica, finish, clock } = opened()
    const one = replica()
    const made = one.make(never)
    await eventually(async () => (await one.last()).running).toBe(true)
    finish()
    await made
    const { diagnosis } = await one.last()
    clock.move(hour)
    await one.begin()
    expect(await replica().last()).toEqual({ running: true, failed: false, diagnosis })
  })

  test('that throws has failed, which is logged and told to all; what the one before found is kept', async () => {
    const { replica, finish, failures, clock, diagnosis } = opened()
    const found = diagnosis()
    const one = replica()
    const made = one.make(never)
    await eventually(async () => (await one.last()).running).toBe(true)
    finish()
    await made
    clock.move(hour)
    await replica({ examine: () => Promise.reject(new Error('no')) }).make(never)
    expect(failures).toEqual([new Error('no')])
    expect(await one.last()).toEqual({ running: false, failed: true, diagnosis: found })
  })

  test('that takes too long is ended, and has failed', async () => {
    const { replica, failures } = opened()
    const one = replica({ timeLimit: 1 })
    await one.make(never)
    expect(failures).toMatchObject([{ name: 'TimeoutError' }])
    expect(await replica().last()).toMatchObject({ running: false, failed: true })
  })

  test('whose process died counts as failed when its time is over, and another may begin', async () => {
    const { replica, clock, asked } = opened()
    await replica().begin()
    const other = replica()
    clock.move(5 * 60_000)
    expect(await other.last()).toMatchObject({ running: true })
    clock.move(60_000)
    expect(await other.last()).toMatchObject({ running: false, failed: true })
    await other.begin()
    expect(asked()).toBe(2)
  })

  test('that is ended because the registry stops counts as never begun', async () => {
    const { replica, failures, clock } = opened()
    const one = replica()
    await one.begin()
    clock.move(1000)
    await one.stop()
    expect(await replica().last()).toEqual({ running: false, failed: false, diagnosis: undefined })
    expect(await replica().lastBegun(never)).toBe(0)
    expect(failures).toEqual([])
  })

  test('of a store that takes and gives nothing is known to the process that made it', async () => {
    const { replica, driver, diagnosis, failures } = opened()
    const away = () => Promise.reject(new Error('the store is away'))
    driver.read = away
    driver.put = away
    const one = replica({ examine: async () => ({ ...diagnosis(), verdict: 'bad' }) })
    await expect(one.last()).rejects.toThrow('the store is away')
    await one.make(never)
    expect(await one.last()).toMatchObject({ running: false, failed: false, diagnosis: { verdict: 'bad' } })
    // That it begins, and what it found.
    expect(failures).toHaveLength(2)
  })

  test('of a store that still gives, and takes nothing any more, is newer than what is stored', async () => {
    const { replica, driver, diagnosis, clock } = opened()
    const one = replica({ examine: async () => ({ ...diagnosis(), verdict: clock.now() > start ? 'bad' : 'good' }) })
    const start = clock.now()
    await one.make(never)
    driver.put = () => Promise.reject(new Error('the store is full'))
    clock.move(hour)
    await one.make(never)
    expect((await one.last()).diagnosis?.verdict).toBe('bad')
    expect(await one.lastBegun(never)).toBe(clock.now().getTime())
    expect((await replica().last()).diagnosis?.verdict).toBe('good')
  })

  test.each(['{"format":2,"begun":1}', 'no JSON'])('is made anew where the storage has %s', async content => {
    const { replica, driver } = opened()
    await driver.put(`${doctorPath}last`, bytes(content))
    expect(await replica().last()).toEqual({ running: false, failed: false, diagnosis: undefined })
    expect(await replica().lastBegun(never)).toBeUndefined()
  })
})
