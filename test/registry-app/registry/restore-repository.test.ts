import { expect, test } from 'vitest'
import { blobDataPath, layerLinkPath, removedPath } from '../../../registry-app/src/registry/paths.ts'
import { all, keysUnder, sha256 } from '../support/bytes.ts'
import { codeOf, type Described, image, index, name, pushBlob, pushImage, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const a = name('team/a')
const descriptorOf = ({ mediaType, digest, size }: Described) => ({ mediaType, digest, size })

/** Two tags of one image, an index of another with a referrer, and one that nothing names. */
async function withImages() {
  const opened = trial({ undoDeletions: 24 * hour })
  const { registry } = opened
  const small = await pushImage(registry, 'team/a', 'small', { as: 'v1' })
  await pushImage(registry, 'team/a', 'small', { as: 'latest' })
  const child = await pushImage(registry, 'team/a', 'platform')
  const parent = await pushManifest(registry, 'team/a', index([descriptorOf(child)]), { as: 'multi' })
  const config = await pushBlob(registry, 'team/a', '{}')
  const referrer = await pushManifest(registry, 'team/a', image({ config, subject: descriptorOf(parent) }))
  const tags = async () => all(registry.tags.list(a, ''))
  return { ...opened, tags, small, child, parent, referrer }
}

test('all that went with a repository comes back by one call', async () => {
  const { registry, driver, tags, small, child, parent, referrer } = await withImages()
  await registry.repositories.delete(a, { by: 'alice' })
  expect(await registry.undo.list(a)).toHaveLength(5)
  expect((await registry.undo.list(a)).every(({ by, whole }) => by === 'alice' && whole)).toBe(true)

  const { manifests, failed } = await registry.undo.restoreRepository(a)
  expect(failed).toEqual([])
  const found = new Map(manifests.map(each => [each.digest, each.tags.toSorted()]))
  expect(found).toEqual(
    new Map([
      [small.digest, ['latest', 'v1']],
      [child.digest, []],
      [parent.digest, ['multi']],
      [referrer.digest, []],
    ]),
  )
  expect(await tags()).toEqual(['latest', 'multi', 'v1'])
  expect((await all(registry.referrers.list(a, parent.digest, ''))).map(({ digest }) => digest)).toEqual([referrer.digest])
  expect(await keysUnder(driver, removedPath)).toEqual([])
  expect(await codeOf(registry.undo.restoreRepository(a))).toBe('NAME_UNKNOWN')
})

test('what was deleted before the repository was stays away', async () => {
  const { registry, tags } = await withImages()
  await registry.manifests.delete(a, { tag: tag('v1') })
  await registry.repositories.delete(a)
  await registry.undo.restoreRepository(a)
  expect(await tags()).toEqual(['latest', 'multi'])
  expect(await registry.undo.list(a)).toMatchObject([{ tag: 'v1', whole: false }])
})

test('what lacks bytes stays away, and is told with the reason; the rest comes back', async () => {
  const { registry, driver, tags, small, parent, referrer } = await withImages()
  await registry.repositories.delete(a)
  await driver.delete([blobDataPath(parent.digest), layerLinkPath(a, sha256('small'))])
  const later = trial({ driver }).registry
  const { manifests, failed } = await later.undo.restoreRepository(a)
  expect(manifests).toHaveLength(2)
  const reasons = new Map(failed.map(({ digest, tags, reason }) => [digest, `${tags.toSorted()}: ${reason}`]))
  expect(reasons).toEqual(
    new Map([
      [small.digest, `latest,v1: what it needs is gone, collected as garbage: ${sha256('small')}`],
      [parent.digest, 'multi: its bytes are gone: the time to restore it is over'],
    ]),
  )
  expect(await tags()).toEqual([])
  expect(await registry.manifests.get(a, { digest: referrer.digest })).toBeDefined()
})

test('a tag that was pushed anew meanwhile keeps what it names', async () => {
  const { registry, tags, small } = await withImages()
  await registry.repositories.delete(a)
  const fresh = await pushImage(registry, 'team/a', 'fresh', { as: 'v1' })
  const { failed } = await registry.undo.restoreRepository(a)
  expect(failed).toMatchObject([{ digest: small.digest, tags: ['v1'], reason: expect.stringContaining('pushed anew') }])
  expect([await tags(), await registry.tags.get(a, tag('v1'))]).toEqual([['latest', 'multi', 'v1'], fresh.digest])
  expect(await registry.undo.list(a)).toMatchObject([{ tag: 'v1', digest: small.digest }])
})

test('of a tag that went twice, what it named last comes back', async () => {
  const { registry, tags, clock, small } = await withImages()
  await registry.repositories.delete(a)
  clock.move(hour)
  const fresh = await pushImage(registry, 'team/a', 'fresh', { as: 'v1' })
  await registry.repositories.delete(a)
  await registry.undo.restoreRepository(a)
  expect([await tags(), await registry.tags.get(a, tag('v1'))]).toEqual([['latest', 'multi', 'v1'], fresh.digest])
  expect(await registry.undo.list(a)).toMatchObject([{ tag: 'v1', digest: small.digest }])
})

test('where the store fails in between, what is done is done, and who calls again goes on', async () => {
  const { registry, driver, tags } = await withImages()
  await registry.repositories.delete(a)
  const { put } = driver
  let left = 6
  driver.put = async (...args) => {
    if (left-- <= 0) throw new Error('the store is away')
    return put(...args)
  }
  await expect(registry.undo.restoreRepository(a)).rejects.toThrow('the store is away')
  driver.put = put
  expect((await registry.undo.restoreRepository(a)).failed).toEqual([])
  expect(await tags()).toEqual(['latest', 'multi', 'v1'])
})
