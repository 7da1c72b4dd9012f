import { expect, test } from 'vitest'
import { blobDataPath, damagedPath } from '../../../registry-app/src/registry/paths.ts'
import { mark, quarantine } from '../../../registry-app/src/registry/quarantine.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { standingClock } from '../support/registry.ts'

async function marked() {
  const clock = standingClock()
  const store = memoryDriver(clock)
  let lists = 0
  const driver: typeof store = {
    ...store,
    list(prefix, options) {
      if (prefix === damagedPath) lists += 1
      return store.list(prefix, options)
    },
  }
  const digest = sha256('a')
  await driver.put(blobDataPath(digest), bytes('b'))
  const object = await driver.stat(blobDataPath(digest))
  if (!object) throw new Error('it was put there')
  const kept = quarantine(driver, () => clock.now().getTime())
  return { clock, driver, store, digest, object, kept, lists: () => lists, put: () => mark(driver, digest, object, {}) }
}

test('a mark is about the object that was stored at that second with that size, and no other', async () => {
  const { digest, object, kept, put } = await marked()
  await put()
  await kept.look()
  expect([kept.suspects(digest), kept.suspects(sha256('other'))]).toEqual([true, false])
  expect(kept.holds(object, digest)).toBe(true)
  expect(kept.holds({ ...object, size: 2 }, digest)).toBe(false)
  expect(kept.holds({ ...object, modified: new Date(object.modified.getTime() + 1000) }, digest)).toBe(false)
})

test('the marks are listed once, and again beside somebody who asks five minutes later; a store that is away changes nothing', async () => {
  const { clock, digest, kept, lists, put, driver } = await marked()
  await kept.look()
  await put()
  for (let asked = 0; asked < 10; asked += 1) expect(kept.suspects(digest)).toBe(false)
  expect(lists()).toBe(1)
  clock.move(5 * 60_000)
  expect(kept.suspects(digest)).toBe(false)
  await new Promise(setImmediate)
  expect([kept.suspects(digest), lists()]).toEqual([true, 2])
  driver.list = () => {
    throw new Error('no answer')
  }
  clock.move(5 * 60_000)
  expect(kept.suspects(digest)).toBe(true)
  await new Promise(setImmediate)
  expect(kept.suspects(digest)).toBe(true)
})

test('a look that began before a mark and ends after a later look takes nothing back', async () => {
  const { digest, put, driver, store, clock } = await marked()
  const { promise: held, resolve: go } = Promise.withResolvers<void>()
  let first = true
  const slow: typeof store = {
    ...driver,
    async *list(prefix, options) {
      const pages = await Array.fromAsync(store.list(prefix, options))
      if (first) {
        first = false
        await held
      }
      yield* pages
    },
  }
  const kept = quarantine(slow, () => clock.now().getTime())
  const early = kept.look()
  await new Promise(setImmediate)
  await put()
  await kept.look()
  go()
  await early
  expect(kept.suspects(digest)).toBe(true)
})
