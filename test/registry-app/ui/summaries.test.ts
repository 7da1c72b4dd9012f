import { describe, expect, test } from 'vitest'
import { summaryPath } from '../../../registry-app/src/registry/paths.ts'
import { type SummariesOptions, summaries } from '../../../registry-app/src/ui/summaries.ts'
import { eventually } from '../http/support/eventually.ts'
import { pushImage } from '../support/images.ts'
import { hour, standingClock, trial } from '../support/registry.ts'
import { countingStore } from './support/counting-store.ts'

async function opened(options: Partial<SummariesOptions> = {}) {
  const clock = standingClock()
  const driver = countingStore(clock.now)
  const over = trial({ driver, now: clock.now })
  await pushImage(over.registry, 'team/app', 'a layer', { as: 'v1' })
  const failures: unknown[] = []
  const another = () =>
    summaries({
      driver,
      age: 24 * hour,
      breadth: 8,
      readOnly: false,
      now: clock.now,
      clock: () => clock.now().getTime(),
      failed: error => failures.push(error),
      ...options,
    })
  const known = another()
  const settled = async () => {
    await known.current()
    await eventually(async () => (await known.current()).building).toBe(false)
    return known.current()
  }
  driver.cost()
  return { ...over, clock, driver, known, another, settled, failures }
}

describe('the summary', () => {
  test('is begun by the first who asks, who need not wait for it', async () => {
    const { known, settled } = await opened()
    expect(await known.current()).toEqual({ summary: undefined, building: true, problem: undefined })
    expect((await settled()).summary?.repositories).toMatchObject([{ name: 'team/app', tags: 1, manifests: 1 }])
  })

  test('is made once, however many ask', async () => {
    const { known, settled, driver } = await opened()
    await Promise.all(Array.from({ length: 50 }, () => known.current()))
    await settled()
    // 16 lists of blobs, 36 of repositories.
    expect(driver.cost()).toEqual({ read: 1, list: 52, put: 1 })
  })

  test('is taken from the storage by every other replica', async () => {
    const { settled, another, driver } = await opened()
    await settled()
    driver.cost()
    expect((await another().current()).summary?.repositories).toHaveLength(1)
    expect(driver.cost()).toEqual({ read: 1 })
  })

  test('costs one read a minute while somebody looks', async () => {
    const { known, settled, driver, clock } = await opened()
    await settled()
    driver.cost()
    let reads = 0
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      for (let looks = 0; looks < 60; looks += 1) {
        clock.move(1000)
        await known.current()
      }
      await eventually(async () => {
        await known.current()
        reads += driver.cost().read ?? 0
        return reads
      }).toBe(minutes)
    }
  })

  test('is made anew when it is too old, and shown until then', async () => {
    const { registry, known, settled, clock } = await opened()
    const first = (await settled()).summary
    await pushImage(registry, 'team/other', 'another layer', { as: 'v1' })
    clock.move(24 * hour + 1)
    expect(await known.current()).toMatchObject({ summary: first, building: true })
    expect((await settled()).summary?.repositories.map(({ name }) => name)).toEqual(['team/app', 'team/other'])
  })

  test('is not written where nothing may be', async () => {
    const { settled, driver } = await opened({ readOnly: true })
    expect((await settled()).summary?.repositories).toHaveLength(1)
    expect(await driver.stat(summaryPath)).toBeUndefined()
  })

  test('that could not be made is tried again ten minutes later, not by each who asks', async () => {
    const { known, driver, settled, clock, failures } = await opened()
    const { list } = driver
    driver.list = () => {
      throw new Error('no')
    }
    expect(await settled()).toMatchObject({ summary: undefined, building: false, problem: 'failed' })
    for (let times = 0; times < 10; times += 1) await known.current()
    expect(failures).toHaveLength(1)
    driver.list = list
    clock.move(10 * 60_000)
    expect((await settled()).summary?.repositories).toHaveLength(1)
  })

  test('is made by whoever has collected garbage, and says what that came to', async () => {
    const { known, driver } = await opened()
    const facts = { at: 5, freed: { blobs: 1, size: 10 }, condemned: { blobs: 2, size: 20 }, due: 7 }
    await known.collected(facts, new AbortController().signal)
    expect((await known.current()).summary).toMatchObject({ collection: facts, repositories: [{ name: 'team/app' }] })
    expect(await driver.stat(summaryPath)).toBeDefined()
  })

  test('ends with the registry', async () => {
    const { known, failures } = await opened()
    await known.current()
    await known.stop()
    expect(failures).toEqual([])
  })
})
