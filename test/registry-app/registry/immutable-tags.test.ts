import { describe, expect, test } from 'vitest'
import { tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { immutableTagRules } from '../../../registry-app/src/wiring/immutable-tag-rules.ts'
import { load } from '../config/complaints-of.ts'
import { all, bytesAt, keysUnder } from '../support/bytes.ts'
import { codeOf, name, pushImage, tag } from '../support/images.ts'
import { standingClock, trial } from '../support/registry.ts'

const rulesOf = (yaml: string) => immutableTagRules(load(`storage: inmemory\npolicy: {immutabletags: [${yaml}]}`).config.policy)
const team = "{repositories: [team/**], tags: ['v*'], except: [v*-rc]}"
const [a, v1] = [name('team/a'), tag('v1')]

/** What is asked of a store, after its name. */
function watched(driver: StorageDriver) {
  const asked: string[] = []
  const watching = new Proxy(driver, {
    get(target, property: keyof StorageDriver) {
      const value = target[property]
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        asked.push(`${property} ${typeof args[0] === 'string' ? args[0] : ''}`)
        return (value as (...args: unknown[]) => unknown).apply(target, args)
      }
    },
  })
  return { driver: watching, asked }
}

const memory = () => memoryDriver(standingClock())
const withoutConditions = (): StorageDriver => {
  const { putIfAbsent: _, ...driver } = memory()
  return driver
}

describe.each([
  ['with conditional writes', memory],
  ['without', withoutConditions],
])('in a store %s', (_, open) => {
  const guarded = (rule = team) => trial({ driver: open(), immutableTags: rulesOf(rule) })

  test('a tag that a rule covers is set once, and the same manifest is pushed again as often as one likes', async () => {
    const { registry } = guarded()
    const { digest } = await pushImage(registry, 'team/a', 'one', { as: 'v1' })
    await pushImage(registry, 'team/a', 'one', { as: 'v1' })
    await expect(pushImage(registry, 'team/a', 'two', { as: 'v1' })).rejects.toMatchObject({
      code: 'DENIED',
      status: 403,
      message: 'tag v1 is immutable, and exists already',
      detail: { name: 'team/a', tag: 'v1', digest },
    })
    expect(await registry.tags.get(a, v1)).toBe(digest)
  })

  test('of two who push at once one succeeds, and the tag is that one’s', async () => {
    const { registry } = guarded()
    const pushes = await Promise.allSettled(['one', 'two', 'three'].map(text => pushImage(registry, 'team/a', text, { as: 'v1' })))
    const [winner, ...others] = pushes.flatMap(push => (push.status === 'fulfilled' ? [push.value.digest] : []))
    expect(others).toEqual([])
    expect(await registry.tags.get(a, v1)).toBe(winner)
    for (const push of pushes) if (push.status === 'rejected') expect(push.reason).toMatchObject({ code: 'DENIED' })
  })
})

test('of two replicas that have both seen no such tag one sets it', async () => {
  const { another } = trial({ immutableTags: rulesOf(team) })
  const pushes = await Promise.allSettled(['one', 'two'].map(text => pushImage(another(), 'team/a', text, { as: 'v1' })))
  expect(pushes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('who comes second to a tag that is deleted in the same moment sets it, and is not told so for nothing', async () => {
  const driver = memory()
  const { putIfAbsent } = driver
  let late = true
  driver.putIfAbsent = async (key, content, options) => {
    if (!late || key !== tagLinkPath(a, v1)) return putIfAbsent?.(key, content, options) ?? false
    late = false
    return false
  }
  const { registry } = trial({ driver, immutableTags: rulesOf('{repositories: [team/a], deletable: true}') })
  const { digest } = await pushImage(registry, 'team/a', 'one', { as: 'v1' })
  expect(late).toBe(false)
  expect(await registry.tags.get(a, v1)).toBe(digest)
})

test('nothing is stored of a push that is refused, by ?tag= neither', async () => {
  const { registry, driver, another } = trial({ immutableTags: rulesOf(team) })
  await pushImage(registry, 'team/a', 'one', { as: 'v1' })
  // Its blobs are there, as after any push whose manifest is refused.
  const { digest } = await pushImage(another({ immutableTags: [] }), 'team/b', 'two')
  const { content = new Uint8Array() } = (await registry.manifests.get(name('team/b'), { digest })) ?? {}
  const before = await keysUnder(driver, '')
  const push = registry.manifests.put(a, { digest }, { content, mediaType: undefined, tags: [tag('new'), v1] })
  expect(await codeOf(push)).toBe('DENIED')
  expect(await keysUnder(driver, '')).toEqual(before)
})

test.each<[why: string, repository: string, tag: string]>([
  ['another repository', 'a', 'v1'],
  ['another tag', 'team/a', 'latest'],
  ['an exception', 'team/a', 'v1-rc'],
])('%s is not covered: %s:%s is moved, deleted, and asks the store for nothing more', async (_, repository, as) => {
  const asked = []
  for (const rules of [rulesOf(team), []]) {
    const store = watched(memory())
    const { registry } = trial({ driver: store.driver, immutableTags: rules })
    await pushImage(registry, repository, 'one', { as })
    const { digest } = await pushImage(registry, repository, 'two', { as })
    expect(await registry.tags.get(name(repository), tag(as))).toBe(digest)
    expect(await registry.manifests.delete(name(repository), { digest })).toEqual({ tags: [as] })
    asked.push(store.asked)
  }
  expect(asked[0]).toEqual(asked[1])
})

test.each([`sha256-${'0'.repeat(64)}`, `sha256-${'0'.repeat(64)}.sig`])(
  'what clients move by themselves is never covered: %s',
  async as => {
    const { registry } = trial({ immutableTags: rulesOf('{repositories: ["**"]}') })
    for (const text of ['one', 'two']) await pushImage(registry, 'team/a', text, { as })
  },
)

describe('deleting', () => {
  test('is refused for such a tag, and for the manifest that has it; nothing goes', async () => {
    const { registry, driver } = trial({ immutableTags: rulesOf(team) })
    const { digest } = await pushImage(registry, 'team/a', 'one', { as: 'v1' })
    await pushImage(registry, 'team/a', 'one', { as: 'latest' })
    const before = await keysUnder(driver, '')
    for (const reference of [{ tag: v1 }, { digest }]) {
      await expect(registry.manifests.delete(a, reference)).rejects.toMatchObject({
        code: 'DENIED',
        message: 'tag v1 is immutable',
        detail: { tags: ['v1'] },
      })
    }
    expect(await keysUnder(driver, '')).toEqual(before)
    expect(await registry.manifests.delete(a, { tag: tag('latest') })).toEqual({ tags: ['latest'] })
  })

  test('is let through where every rule that covers it says so, and the tag may be pushed anew', async () => {
    const deletable = '{repositories: ["team/*"], deletable: true}'
    const { registry, another } = trial({ immutableTags: rulesOf(deletable) })
    await pushImage(registry, 'team/a', 'one', { as: 'v1' })
    const both = another({ immutableTags: rulesOf(`${deletable}, ${team}`) })
    expect(await codeOf(both.manifests.delete(a, { tag: v1 }))).toBe('DENIED')
    expect(await registry.manifests.delete(a, { tag: v1 })).toEqual({ tags: ['v1'] })
    const { digest } = await pushImage(registry, 'team/a', 'two', { as: 'v1' })
    expect(await registry.tags.get(a, v1)).toBe(digest)
  })
})

test('a tag that is set once lies there as any other does', async () => {
  const stored = []
  for (const rules of [rulesOf(team), []]) {
    const { registry, driver } = trial({ immutableTags: rules })
    await pushImage(registry, 'team/a', 'one', { as: 'v1' })
    stored.push([await keysUnder(driver, ''), await bytesAt(driver, tagLinkPath(a, v1)), await all(registry.tags.list(a, ''))])
  }
  expect(stored[0]).toEqual(stored[1])
})
