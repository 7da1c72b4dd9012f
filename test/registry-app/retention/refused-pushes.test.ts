import { describe, expect, test } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import { blobDataPath, tagLinkPath, tagPath } from '../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { immutableTagRules } from '../../../registry-app/src/wiring/immutable-tag-rules.ts'
import { load } from '../config/complaints-of.ts'
import { keysUnder } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { codeOf, name, pushImage, tag } from '../support/images.ts'
import { hour, standingClock } from '../support/registry.ts'
import { removedIn } from '../support/removed.ts'
import { day, retentionTrial } from './support/trial.ts'

/*
 * A push sets a tag by two writes, and may be refused between them: by a store that goes away, or because somebody else was first to set a tag that is set once. What
 * it leaves is no tag, and is gone within a week and a run of retention.
 */

const a = name('a')
const rules = '[{repositories: ["**"], keep: {newest: 1}}]'
const immutable = immutableTagRules(
  load('{storage: inmemory, policy: {immutabletags: [{repositories: ["**"], deletable: true}]}}').config.policy,
)

/** A push of `v1` that ended after its first write. */
async function refused({ conditional = false } = {}) {
  const clock = standingClock()
  const store = memoryDriver(clock)
  let away = true
  const fail = (key: string) => {
    if (away && key === tagLinkPath(a, tag('v1'))) throw new Error('the store is away')
  }
  const driver: StorageDriver = {
    ...store,
    async put(key, content, options) {
      fail(key)
      return store.put(key, content, options)
    },
    async putIfAbsent(key, content, options) {
      fail(key)
      return (await store.putIfAbsent?.(key, content, options)) ?? false
    },
  }
  const opened = retentionTrial({ driver, now: clock.now, ...(conditional && { immutableTags: immutable }) })
  await expect(pushImage(opened.registry, 'a', 'lost', { as: 'v1' })).rejects.toThrow('the store is away')
  away = false
  const left = () => keysUnder(driver, tagPath(a, tag('v1')))
  expect(await left()).toHaveLength(1)
  return { ...opened, clock, driver, left }
}

describe.each([
  ['a tag', false],
  ['a tag that is set once', true],
])('what a push of %s has left that the store ended halfway', (_, conditional) => {
  test('is left alone while it may still go on, and is gone after a week', async () => {
    const { apply, clock, tags, left, driver } = await refused({ conditional })
    clock.move(7 * day - 1)
    await apply(rules)
    expect(await left()).toHaveLength(1)
    clock.move(1)
    await apply(rules, { dryRun: true })
    expect(await left()).toHaveLength(1)
    const { removed, gone } = await apply(rules)
    expect([removed, gone, await left(), await tags('a'), await removedIn(driver)]).toEqual([0, [], [], [], []])
  })

  test('is a tag like any other once it is pushed again', async () => {
    const { apply, clock, registry } = await refused({ conditional })
    clock.move(6 * day)
    const { digest } = await pushImage(registry, 'a', 'lost', { as: 'v1' })
    clock.move(2 * day)
    await apply(rules)
    expect(await registry.tags.get(a, tag('v1'))).toBe(digest)
  })

  test('keeps bytes from being collected no longer than that', async () => {
    const { apply, clock, driver } = await refused({ conditional })
    const manifests = async () => (await keysUnder(driver, 'docker/registry/v2/repositories/a/_manifests/revisions/')).length
    const timings = { grace: day, viewage: hour, window: hour, batchtime: 30_000, margin: 60_000 }
    const run = () =>
      collect({
        driver,
        timings,
        breadth: 4,
        randomName: counter('run'),
        progress: () => {},
        untagged: true,
        dryRun: false,
        exclusive: true,
      })
    clock.move(7 * day)
    await run()
    expect(await manifests()).toBe(1)
    await apply(rules)
    await run()
    expect(await manifests()).toBe(0)
  })
})

test('who was second to set a tag leaves a line in its history, by which it is no older than a week, and which goes with it', async () => {
  const { apply, clock, registry, another, driver } = retentionTrial({ immutableTags: immutable })
  const other = another()
  const pushes = await Promise.all([registry, other].map((each, index) => codeOf(pushImage(each, 'a', `image ${index}`, { as: 'v1' }))))
  expect(pushes.toSorted()).toEqual(['DENIED', 'no error'])
  expect(await keysUnder(driver, tagPath(a, tag('v1')))).toHaveLength(3)
  await pushImage(registry, 'a', 'later', { as: 'v2' })
  clock.move(day)
  await pushImage(registry, 'a', 'last', { as: 'v3' })
  clock.move(6 * day - 1)
  // Of v1 it cannot be told from a push that is under way.
  expect((await apply(rules)).gone).toEqual(['a:v2'])
  clock.move(1)
  expect((await apply(rules)).gone).toEqual(['a:v1'])
  expect(await keysUnder(driver, tagPath(a, tag('v1')))).toEqual([])
})

test('a tag that a refused push has set, whose manifest was collected since, goes as others do, and its record when it cannot be restored any more', async () => {
  const { apply, clock, registry, driver } = retentionTrial()
  const { digest } = await pushImage(registry, 'a', 'lost', { as: 'v1' })
  await driver.delete([blobDataPath(digest)])
  clock.move(day)
  await pushImage(registry, 'a', 'last', { as: 'v2' })
  clock.move(day)
  expect((await apply(rules)).gone).toEqual(['a:v1'])
  expect(await removedIn(driver)).toHaveLength(1)
  clock.move(7 * day + hour)
  await apply(rules)
  expect(await removedIn(driver)).toEqual([])
})
