import { expect, test } from 'vitest'
import { batchPath } from '../../../../registry-app/src/registry/condemned/announced-batches.ts'
import { encodeList } from '../../../../registry-app/src/registry/condemned/condemned-list.ts'
import { packDigests } from '../../../../registry-app/src/registry/condemned/digest-bytes.ts'
import { type Reliance, reliances } from '../../../../registry-app/src/registry/condemned/reliance.ts'
import type { Digest } from '../../../../registry-app/src/registry/digest.ts'
import { blobDataPath, condemnedPath, rescuePath } from '../../../../registry-app/src/registry/paths.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { bytes, keysUnder, sha256 } from '../../support/bytes.ts'
import { counter } from '../../support/counter.ts'
import { standingClock } from '../../support/registry.ts'

const second = 1000
const timings = { grace: 1000 * second, viewage: 10 * second, window: 500 * second, batchtime: 30 * second, margin: 60 * second }
const [blob, other] = [sha256('blob'), sha256('other')]
const thing = (digest: Digest) => ({ digest, keys: [blobDataPath(digest)] })

/** Two blobs in a store whose collector is played by the test, and a clock that moves when it or somebody who waits moves it. */
async function trial() {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  const lists = { asked: 0 }
  const waited: number[] = []
  const warnings: string[] = []
  for (const digest of [blob, other]) await driver.put(blobDataPath(digest), bytes('x'))
  const service = reliances({
    driver: {
      ...driver,
      list: (prefix, options) => {
        if (prefix === condemnedPath) lists.asked += 1
        return driver.list(prefix, options)
      },
    },
    timings,
    believedFor: 0,
    clock: () => clock.now().getTime(),
    sleep: async milliseconds => {
      waited.push(milliseconds)
      clock.move(milliseconds)
    },
    randomName: counter('name'),
    warn: message => warnings.push(message),
  })
  return {
    ...{ clock, driver, lists, waited, warnings },
    begin: service.begin,
    condemn: (digests: Digest[], grace = timings.grace) =>
      driver.put(
        `${condemnedPath}run`,
        encodeList({ begun: clock.now().getTime(), grace, untagged: false, digests: packDigests(digests) }),
      ),
    announce: (digests: Digest[], validFor: number) =>
      driver.put(batchPath('run', clock.now().getTime() + validFor, 'x'), packDigests(digests)),
    rescued: (digest: Digest) => keysUnder(driver, rescuePath(digest, '')),
  }
}

test('what is on no list is relied upon after one look at the lists, which serves until it is too old', async () => {
  const { begin, lists, clock, rescued } = await trial()
  for (const age of [0, 5 * second, 4 * second]) {
    clock.move(age)
    expect(await begin().claim([thing(blob)])).toEqual(new Set())
  }
  expect(lists.asked).toBe(1)
  clock.move(2 * second)
  await begin().claim([thing(blob)])
  expect(lists.asked).toBe(2)
  expect(await rescued(blob)).toEqual([])
})

test('who relies on nothing asks nothing', async () => {
  const { begin, lists } = await trial()
  const reliance = begin()
  expect(await reliance.claim([])).toEqual(new Set())
  expect(await reliance.holds()).toBe(true)
  expect(lists.asked).toBe(0)
})

test('what is condemned is rescued, each time by a mark of its own, and nothing else is', async () => {
  const { begin, condemn, rescued, waited } = await trial()
  await condemn([blob])
  for (const times of [1, 2]) {
    expect(await begin().claim([thing(blob), thing(other), thing(blob)])).toEqual(new Set([blob]))
    expect(await rescued(blob)).toHaveLength(times)
  }
  expect(await rescued(other)).toEqual([])
  expect(waited).toEqual([])
})

test('a batch that names it is waited for, until nothing of it can be carried out any more', async () => {
  const { begin, condemn, announce, clock, rescued } = await trial()
  await condemn([blob])
  await announce([blob], 20 * second)
  const begun = clock.now().getTime()
  await begin().claim([thing(blob)])
  expect(clock.now().getTime() - begun).toBeGreaterThan(20 * second + timings.margin)
  expect(await rescued(blob)).toHaveLength(1)
})

test.each<[sentence: string, digest: Digest, validFor: number]>([
  ['names others', other, 20 * second],
  ['is over, and the margin with it', blob, -timings.margin - second],
])('a batch that %s is not waited for', async (_, digest, validFor) => {
  const { begin, condemn, announce, waited } = await trial()
  await condemn([blob, other])
  await announce([digest], validFor)
  await begin().claim([thing(blob)])
  expect(waited).toEqual([])
})

const claimed = async ({ begin }: { begin: () => Reliance }, digest = blob) => {
  const reliance = begin()
  await reliance.claim([thing(digest)])
  return reliance
}

test('who was quick looks at nothing again', async () => {
  const it = await trial()
  const reliance = await claimed(it)
  it.clock.move(timings.grace / 2 - timings.viewage - 1)
  await it.driver.delete([blobDataPath(blob)])
  expect(await reliance.holds()).toBe(true)
  expect(it.lists.asked).toBe(1)
})

test('who was slow looks again: all is well if it is there and on no list', async () => {
  const it = await trial()
  const reliance = await claimed(it)
  it.clock.move(timings.grace / 2)
  expect(await reliance.holds()).toBe(true)
  expect(it.lists.asked).toBe(2)
})

test('so does who relies on bytes that an earlier request stored', async () => {
  const it = await trial()
  const reliance = await claimed(it)
  reliance.since(timings.grace / 2)
  await it.driver.delete([blobDataPath(blob)])
  expect(await reliance.holds()).toBe(false)
})

test('who was slow is refused what is gone, and told to try again', async () => {
  const it = await trial()
  const reliance = await claimed(it)
  it.clock.move(timings.grace / 2)
  await it.driver.delete([blobDataPath(blob)])
  await expect(reliance.confirm()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
})

test('who was slow is refused what is on a list by now, though it is still there', async () => {
  const it = await trial()
  const reliance = await claimed(it)
  await it.condemn([blob])
  it.clock.move(timings.grace / 2)
  expect(await reliance.isThere(thing(blob))).toBe(true)
  expect(await reliance.holds()).toBe(false)
})

test('a rescue mark is enough while it is young, and no longer', async () => {
  const it = await trial()
  await it.condemn([blob])
  const reliance = await claimed(it)
  it.clock.move(timings.grace / 2 - 1)
  expect(await reliance.holds()).toBe(true)
  it.clock.move(1)
  expect(await reliance.holds()).toBe(false)
})

test('who is slower than half the grace each time he looks gives up', async () => {
  const it = await trial()
  const stat = it.driver.stat
  const slow = Object.assign(it.driver, {
    stat: async (...args: Parameters<typeof stat>) => {
      it.clock.move(timings.grace / 2)
      return stat(...args)
    },
  })
  const service = reliances({
    ...{ driver: slow, timings, believedFor: 0, clock: () => it.clock.now().getTime() },
    sleep: async () => {},
    randomName: counter('name'),
  })
  const reliance = await claimed(service)
  it.clock.move(timings.grace / 2)
  expect(await reliance.holds()).toBe(false)
})

test('a shorter grace that a list tells of counts from then on, and is said once', async () => {
  const it = await trial()
  await it.condemn([other], timings.grace / 10)
  await claimed(it)
  const reliance = await claimed(it)
  it.clock.move(timings.grace / 20)
  await it.driver.delete([blobDataPath(blob)])
  expect(await reliance.holds()).toBe(false)
  expect(it.warnings).toEqual([expect.stringContaining('grace 100s, and 1000s is configured')])
})
