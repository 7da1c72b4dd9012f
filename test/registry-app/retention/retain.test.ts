import { describe, expect, test } from 'vitest'
import { digestReference } from '../../../registry-app/src/registry/last-pulls.ts'
import { pullsPath, removedPath, tagLinkPath, tagPath } from '../../../registry-app/src/registry/paths.ts'
import { writePulls } from '../../../registry-app/src/registry/pull-records.ts'
import { immutableTagRules } from '../../../registry-app/src/wiring/immutable-tag-rules.ts'
import { load } from '../config/complaints-of.ts'
import { keysUnder } from '../support/bytes.ts'
import { countedDriver } from '../support/counted-driver.ts'
import { counter } from '../support/counter.ts'
import { image, index, name, pushBlob, pushImage, pushManifest, tag } from '../support/images.ts'
import { removedIn } from '../support/removed.ts'
import { day, retentionTrial } from './support/trial.ts'

const newest = (count: number) => `[{repositories: ["**"], keep: {newest: ${count}}}]`

/** Tags that were pushed one a day, the last of them two days ago. */
async function withTags(repositories: Record<string, readonly string[]>) {
  const opened = retentionTrial()
  for (const [repository, tags] of Object.entries(repositories)) {
    for (const as of tags) {
      await pushImage(opened.registry, repository, `${repository}:${as}`, { as })
      opened.clock.move(day)
    }
  }
  opened.clock.move(day)
  return opened
}

test('the tags that no rule keeps go, with a record of each, and no tag of another repository', async () => {
  const { apply, tags, driver, clock } = await withTags({ 'team/app': ['v1', 'v2', 'v3'], other: ['v1', 'v2'] })
  const sum = await apply('[{name: few, repositories: ["team/**"], keep: {newest: 1}}]')
  expect(sum).toMatchObject({ repositories: 1, kept: 1, removed: 2, failed: 0, gone: ['team/app:v1', 'team/app:v2'] })
  expect([await tags('team/app'), await tags('other')]).toEqual([['v3'], ['v1', 'v2']])
  const [first, ...rest] = await removedIn(driver)
  expect(first).toMatchObject({ name: 'team/app', tag: 'v1', removed: clock.now().getTime(), until: clock.now().getTime() + 7 * day })
  expect(first?.reason).toBe('few keeps the newest 1; pushed 2026-03-01')
  expect(rest).toHaveLength(1)
})

test('a dry run explains each tag, and writes nothing', async () => {
  const { apply, tags, driver } = await withTags({ a: ['v1', 'v2'] })
  const before = await keysUnder(driver, '')
  const sum = await apply(newest(1), { dryRun: true })
  expect(sum).toMatchObject({ removed: 1, kept: 1, gone: [] })
  expect(sum.decisions).toEqual(['a:v1 goes: rule 1 keeps the newest 1; pushed 2026-03-01', 'a:v2 stays: rule 1: among the newest 1'])
  expect([await tags('a'), await keysUnder(driver, '')]).toEqual([['v1', 'v2'], before])
})

test('what is immutable stays, unless its rule lets it be deleted', async () => {
  const { apply, tags } = await withTags({ a: ['v1', 'rc1', 'main', 'last'] })
  const rules = immutableTagRules(
    load(
      '{storage: inmemory, policy: {immutabletags: [{repositories: [a], tags: ["v*"]}, {repositories: [a], tags: [rc1], deletable: true}]}}',
    ).config.policy,
  )
  const isDeletable = (where: string, which: string) =>
    rules.filter(({ covers }) => covers(name(where), tag(which))).every(({ deletable }) => deletable)
  const { gone } = await apply(newest(1), { isDeletable })
  expect([gone, await tags('a')]).toEqual([
    ['a:main', 'a:rc1'],
    ['last', 'v1'],
  ])
})

describe('a repository with a mistake', () => {
  test('loses nothing, is named, and does not keep the others from being looked at', async () => {
    const { apply, tags, driver } = await withTags({ a: ['v1', 'v2'], b: ['v1', 'v2'], c: ['v1', 'v2'] })
    await driver.put(`${tagPath(name('b'), tag('v1')).replace('v1', 'no+tag')}current/link`, Buffer.from('x'))
    const { gone, failures, failed } = await apply(newest(1))
    expect([gone, failed]).toEqual([['a:v1', 'c:v1'], 1])
    expect(failures).toEqual([expect.stringMatching(/^b: .*no\+tag.* is of no tag/)])
    expect((await tags('b')).length).toBe(3)
  })

  test('such as a link that holds no digest, loses nothing', async () => {
    const { apply, driver, clock } = await withTags({ b: ['v1', 'v2', 'v3'] })
    await driver.put(tagLinkPath(name('b'), tag('v2')), Buffer.from('damage'))
    clock.move(day)
    const { gone, failures } = await apply('[{repositories: [b], keep: {tags: [none]}}]')
    expect([gone, failures]).toEqual([[], [expect.stringContaining('holds no digest')]])
  })

  test('where the store is away, nobody goes on', async () => {
    const { apply, driver } = await withTags({ a: ['v1', 'v2'], b: ['v1', 'v2'] })
    const away = Object.assign(new Error('away'), { unavailable: true })
    const failing = { ...driver, put: async () => Promise.reject(away) }
    await expect(apply(newest(1), { driver: failing })).rejects.toBe(away)
  })
})

describe('a tag that was pulled', () => {
  const pulled = '[{repositories: ["**"], keep: {pulled: 720h}}]'

  async function counted(references: (digest: string) => string[]) {
    const opened = await withTags({ a: ['v1', 'v2'] })
    const { driver, clock, registry } = opened
    const v1 = await registry.tags.get(name('a'), tag('v1'))
    const write = (each: string[], from: number) =>
      writePulls(
        driver,
        { from, references: new Map([[name('a'), new Set(each)]]), all: false },
        { now: clock.now().getTime(), randomName: counter('pulls') },
      )
    await write([], clock.now().getTime() - day)
    for (let days = 0; days < 50; days += 1) {
      clock.move(day)
      await write(days === 35 ? references(v1 ?? '') : [], clock.now().getTime() - day)
    }
    return opened
  }

  test.each([
    ['by its name', () => ['v1']],
    ['by its digest', (digest: string) => [digestReference(digest as `sha256:${string}`)]],
  ])('%s within the time stays, and another one goes', async (_, references) => {
    const { apply } = await counted(references)
    expect((await apply(pulled)).gone).toEqual(['a:v2'])
  })

  test('long ago goes, and every tag stays where what was counted is gone', async () => {
    const { apply, clock, driver } = await counted(() => ['v1', 'v2'])
    await driver.delete(await keysUnder(driver, pullsPath))
    expect((await apply(pulled)).gone).toEqual([])
    clock.move(100 * day)
    expect((await apply(pulled)).gone).toEqual([])
  })

  test('is not judged by what cannot be read', async () => {
    const { apply, driver } = await counted(() => [])
    await driver.put(`${pullsPath}newer`, Buffer.from('{"format":2}\n'))
    await expect(apply(pulled)).rejects.toThrow('holds no pulls that this release can read')
    expect((await apply('[{repositories: ["**"], keep: {newest: 1}}]')).gone).toEqual(['a:v1'])
  })
})

describe('the tags of signatures', () => {
  async function signed() {
    const opened = retentionTrial()
    const { registry, clock } = opened
    const config = await pushBlob(registry, 'a', '{}')
    for (const as of ['v1', 'v2']) {
      const { digest } = await pushImage(registry, 'a', as, { as })
      await pushManifest(registry, 'a', image({ config, annotations: { signs: as } }), { as: `${digest.replace(':', '-')}.sig` })
      clock.move(day)
    }
    return opened
  }

  test('stay, and go with their image where the rule says so', async () => {
    const { apply, tags } = await signed()
    expect((await apply(newest(1))).gone).toEqual(['a:v1'])
    expect((await tags('a')).length).toBe(3)
    const referrers = '[{repositories: ["**"], referrers: true, keep: {newest: 1}}]'
    expect((await apply(referrers, { dryRun: true })).removed).toBe(1)
    const { gone } = await apply(referrers)
    expect(gone).toEqual([expect.stringMatching(/^a:sha256-.*\.sig$/)])
    expect((await tags('a')).length).toBe(2)
  })

  test('go in the same run, and stay as long as another tag names their image', async () => {
    const { apply, registry, clock } = await signed()
    const digest = await registry.tags.get(name('a'), tag('v1'))
    await registry.tags.set(name('a'), tag('stable'), digest ?? 'sha256:')
    clock.move(day)
    const referrers = '[{repositories: ["**"], referrers: true, keep: {tags: [v2, stable]}}]'
    expect((await apply(referrers)).gone).toEqual(['a:v1'])
    const all = '[{repositories: ["**"], referrers: true, keep: {tags: [v2]}}]'
    expect((await apply(all)).gone).toEqual(['a:stable', expect.stringMatching(/^a:sha256-.*\.sig$/)])
  })
})

test('the tags of signatures of an image’s platforms go with it, unless an image that stays has the platform, and come back with it', async () => {
  const { apply, tags, registry, clock } = retentionTrial()
  const config = await pushBlob(registry, 'a', '{}')
  const platforms = await Promise.all(['own', 'shared'].map(text => pushImage(registry, 'a', text)))
  const entries = platforms.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
  await pushManifest(registry, 'a', index(entries), { as: 'v1' })
  const signatures: string[] = []
  for (const { digest } of platforms) {
    const as = `${digest.replace(':', '-')}.sig`
    await pushManifest(registry, 'a', image({ config, annotations: { signs: digest } }), { as })
    signatures.push(as)
  }
  clock.move(day)
  await pushManifest(registry, 'a', index(entries.slice(1)), { as: 'v2' })
  clock.move(day)
  const rules = '[{repositories: ["**"], referrers: true, keep: {newest: 1}}]'
  expect((await apply(rules, { dryRun: true })).removed).toBe(2)
  expect((await apply(rules)).gone).toEqual(['a:v1', `a:${signatures[0]}`])
  expect(await tags('a')).toEqual([signatures[1], 'v2'])
  expect((await apply(rules)).gone).toEqual([])
  expect((await registry.undo.restore(name('a'), { tag: tag('v1') })).tags).toEqual(['v1', signatures[0]])
})

test('a thousand and some tags go by few requests: a list before and after, a read and a record for each', async () => {
  const { apply, registry, driver, clock } = retentionTrial()
  const { digest } = await pushImage(registry, 'a', 'x')
  for (let number = 0; number < 1200; number += 1) await registry.tags.set(name('a'), tag(`t${number}`), digest)
  clock.move(day)
  await registry.tags.set(name('a'), tag('last'), digest)
  clock.move(day)
  const { driver: counted, calls } = countedDriver(driver)
  expect((await apply(newest(1), { driver: counted })).removed).toBe(1200)
  const count = (call: string) => calls.filter(each => each === call).length
  expect([count('read'), count('put'), count('deleteUntil'), count('delete')]).toEqual([1200, 1200, 3, 3])
  expect(count('list')).toBeLessThan(10)
  expect(await keysUnder(driver, tagPath(name('a'), tag('t7')))).toEqual([])
})

test('few tags among very many are looked at where they are, so that no look outlasts a delete', async () => {
  const { apply, registry, clock, driver } = retentionTrial()
  const { digest } = await pushImage(registry, 'a', 'x')
  for (const as of ['m1', 'm9']) await registry.tags.set(name('a'), tag(as), digest)
  clock.move(day)
  for (let number = 0; number < 6_000; number += 1) await registry.tags.set(name('a'), tag(`m2-${number}`), digest)
  clock.move(day)
  const { driver: counted, calls } = countedDriver(driver)
  const rules = '[{repositories: [a], keep: {newest: 6000}}]'
  expect((await apply(rules, { driver: counted })).gone).toEqual(['a:m1', 'a:m9'])
  expect(calls.filter(call => call === 'deleteUntil')).toHaveLength(2)
})

test('records whose time is over are taken away', async () => {
  const { apply, driver, clock } = await withTags({ a: ['v1', 'v2'] })
  await apply(newest(1))
  clock.move(6 * day)
  await apply(newest(1))
  expect(await keysUnder(driver, removedPath)).toHaveLength(1)
  clock.move(2 * day)
  await apply(newest(1))
  expect(await keysUnder(driver, removedPath)).toEqual([])
})
