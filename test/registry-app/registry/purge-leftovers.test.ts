import { expect, test } from 'vitest'
import { purgeLeftovers } from '../../../registry-app/src/registry/purge-leftovers.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { passingPrefixes } from '../../../registry-app/src/storage/s3/own-keys.ts'
import { bytes, keysUnder } from '../support/bytes.ts'
import { hour, standingClock } from '../support/registry.ts'

const own = 'docker/registry/v2/_registry/'

/** A store with an old and a young object in each of the places, and an old one elsewhere. */
async function stocked() {
  const clock = standingClock()
  const driver = { ...memoryDriver(clock), passing: passingPrefixes }
  const put = (key: string) => driver.put(own + key, bytes('x'))
  for (const key of ['canary/old', 'incoming/old', 'http-secret']) await put(key)
  clock.move(2 * hour)
  for (const key of ['canary/young', 'incoming/young']) await put(key)
  return { driver, olderThan: new Date(clock.now().getTime() - hour) }
}

test('what lies too long where things lie for moments is taken away, and nothing else', async () => {
  const { driver, olderThan } = await stocked()
  expect(await purgeLeftovers(driver, { olderThan, dryRun: false })).toEqual([`${own}canary/old`, `${own}incoming/old`])
  expect(await keysUnder(driver, own)).toEqual(['canary/young', 'http-secret', 'incoming/young'].map(key => own + key))
})

test('it stays where that is only tried, and is told all the same', async () => {
  const { driver, olderThan } = await stocked()
  const before = await keysUnder(driver, own)
  expect(await purgeLeftovers(driver, { olderThan, dryRun: true })).toHaveLength(2)
  expect(await keysUnder(driver, own)).toEqual(before)
})

test('a store without such places is asked nothing', async () => {
  const driver = { ...memoryDriver(standingClock()), list: () => expect.unreachable() }
  expect(await purgeLeftovers(driver, { olderThan: new Date(), dryRun: false })).toEqual([])
})
