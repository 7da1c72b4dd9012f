import { describe, expect, test } from 'vitest'
import { blobDataPath, removedPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { all, keysUnder, sha256, sha512 } from '../support/bytes.ts'
import { codeOf, type Described, image, index, name, pushBlob, pushImage, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const a = name('a')
const descriptorOf = ({ mediaType, digest, size }: Described) => ({ mediaType, digest, size })

/** Deletions of clients can be undone for a day. */
const setUp = () => {
  const opened = trial({ undoDeletions: 24 * hour })
  const { registry } = opened
  const tags = () => all(registry.tags.list(a, ''))
  const listed = async () => (await registry.undo.list()).map(({ name, tag, digest }) => `${name}:${tag}@${digest}`)
  return { ...opened, tags, listed }
}

describe('a tag that a client deleted', () => {
  test('is listed, and is there again by one call, once', async () => {
    const { registry, tags, listed, clock } = setUp()
    const { digest } = await pushImage(registry, 'a', 'x', { as: 'v1' })
    await registry.manifests.delete(a, { tag: tag('v1') })
    expect(await listed()).toEqual([`a:v1@${digest}`])
    expect((await registry.undo.list(a))[0]).toMatchObject({
      reason: 'deleted by a client',
      by: undefined,
      until: clock.now().getTime() + 24 * hour,
    })
    expect(await registry.undo.list(name('b'))).toEqual([])

    expect(await registry.undo.restore(a, { tag: tag('v1') })).toMatchObject({ digest, tags: ['v1'] })
    expect([await tags(), await registry.tags.get(a, tag('v1')), await listed()]).toEqual([['v1'], digest, []])
    expect(await codeOf(registry.undo.restore(a, { tag: tag('v1') }))).toBe('MANIFEST_UNKNOWN')
  })

  test('comes back with its manifest, its place among the referrers and its other tags where the manifest was deleted', async () => {
    const { registry, tags, listed } = setUp()
    const config = await pushBlob(registry, 'a', '{}')
    const subject = await pushImage(registry, 'a', 'subject')
    const fields = { config, subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size } }
    const { digest } = await pushManifest(registry, 'a', image(fields), { as: sha256(JSON.stringify(image(fields))), tags: ['v1', 'v2'] })
    await registry.manifests.delete(a, { digest })
    expect([await tags(), await all(registry.referrers.list(a, subject.digest, ''))]).toEqual([[], []])
    expect((await listed()).length).toBe(2)
    expect(await registry.undo.restore(a, { digest })).toMatchObject({ digest, tags: ['v1', 'v2'] })
    expect(await tags()).toEqual(['v1', 'v2'])
    expect((await all(registry.referrers.list(a, subject.digest, ''))).map(each => each.digest)).toEqual([digest])
  })

  test('that was pushed anew meanwhile is left alone; the old one is restored as another', async () => {
    const { registry, tags } = setUp()
    const old = await pushImage(registry, 'a', 'old', { as: 'v1' })
    await registry.manifests.delete(a, { tag: tag('v1') })
    const fresh = await pushImage(registry, 'a', 'fresh', { as: 'v1' })
    await expect(registry.undo.restore(a, { tag: tag('v1') })).rejects.toThrow('tag v1 names another manifest by now')
    expect(await registry.undo.restore(a, { tag: tag('v1') }, { as: tag('v1-old') })).toMatchObject({
      digest: old.digest,
      tags: ['v1-old'],
    })
    expect([await tags(), await registry.tags.get(a, tag('v1'))]).toEqual([['v1', 'v1-old'], fresh.digest])
  })

  test('and whose bytes are gone cannot be restored, and the answer says so', async () => {
    const { registry, driver } = setUp()
    const { digest } = await pushImage(registry, 'a', 'x', { as: 'v1' })
    await registry.manifests.delete(a, { digest })
    await driver.delete([blobDataPath(digest)])
    await expect(registry.undo.restore(a, { tag: tag('v1') })).rejects.toThrow('the time to restore it is over')
  })

  test('under sha512 is restored under sha512', async () => {
    const { registry } = setUp()
    const config = await pushBlob(registry, 'a', '{}')
    const content = Buffer.from(JSON.stringify(image({ config })))
    const digest = sha512(content)
    await pushManifest(registry, 'a', content, { as: digest, tags: ['v1'] })
    await registry.manifests.delete(a, { digest })
    expect(await registry.undo.restore(a, { tag: tag('v1') })).toMatchObject({ digest, tags: ['v1'] })
    expect((await registry.manifests.get(a, { tag: tag('v1') }))?.digest).toBe(digest)
  })
})

test('a manifest without a tag that a client deleted is restored by its digest', async () => {
  const { registry, driver, listed } = setUp()
  const { digest } = await pushImage(registry, 'a', 'x')
  await registry.manifests.delete(a, { digest })
  expect(await listed()).toEqual([`a:undefined@${digest}`])
  expect(await registry.undo.restore(a, { digest })).toMatchObject({ digest, tags: [] })
  expect(await driver.stat(revisionLinkPath(a, digest))).toBeDefined()
  expect(await keysUnder(driver, removedPath)).toEqual([])
})

test('a manifest that is restored under another tag can still be restored under those that it had', async () => {
  const { registry, listed } = setUp()
  const { digest } = await pushImage(registry, 'a', 'x', { as: 'v1' })
  await registry.manifests.delete(a, { digest })
  await registry.undo.restore(a, { digest }, { as: tag('other') })
  expect(await listed()).toEqual([`a:v1@${digest}`])
  expect((await registry.undo.restore(a, { tag: tag('v1') })).tags).toEqual(['v1'])
  expect(await listed()).toEqual([])
})

describe('an index that was deleted with all that only it led to', () => {
  const deleted = async () => {
    const opened = setUp()
    const { registry, clock } = opened
    const child = await pushImage(registry, 'a', 'x')
    const parent = await pushManifest(registry, 'a', index([descriptorOf(child)]), { as: 'all' })
    const attach = async (text: string, subject: Described) =>
      pushManifest(registry, 'a', image({ config: await pushBlob(registry, 'a', text), subject: descriptorOf(subject) }))
    const bill = await attach('a bill of materials', parent)
    const signature = await attach('its signature', bill)
    const older = await attach('one that was taken from it before', parent)
    await registry.manifests.delete(a, { digest: older.digest })
    clock.move(hour)
    for (const { digest } of [parent, child, bill, signature]) await registry.manifests.delete(a, { digest })
    return { ...opened, child, parent, bill, signature, older }
  }

  test('comes back with its platforms and what was attached, and not with what somebody had taken from it before', async () => {
    const { registry, listed, child, parent, bill, signature, older } = await deleted()
    const { digest, tags, others } = await registry.undo.restore(a, { tag: tag('all') })
    expect({ digest, tags }).toEqual({ digest: parent.digest, tags: ['all'] })
    expect(others).toEqual([child.digest, bill.digest, signature.digest])
    expect((await all(registry.referrers.list(a, parent.digest, ''))).map(each => each.digest)).toEqual([bill.digest])
    expect(await listed()).toEqual([`a:undefined@${older.digest}`])
  })

  test('comes back though what was attached cannot, which stays on the list', async () => {
    const { registry, driver, listed, child, bill, signature, older } = await deleted()
    await driver.delete([blobDataPath(bill.digest)])
    expect((await registry.undo.restore(a, { tag: tag('all') })).others).toEqual([child.digest])
    expect((await listed()).toSorted()).toEqual([older, bill, signature].map(({ digest }) => `a:undefined@${digest}`).toSorted())
  })

  test('stays away whole where one of its platforms is gone, and the answer names it', async () => {
    const { registry, driver, child, tags } = await deleted()
    await driver.delete([blobDataPath(child.digest)])
    await expect(registry.undo.restore(a, { tag: tag('all') })).rejects.toThrow(`${child.digest} cannot be restored: its bytes are gone`)
    expect(await tags()).toEqual([])
  })
})

test('an immutable tag is restored, and not over another manifest', async () => {
  const immutableTags = [{ covers: () => true, deletable: true }]
  const { registry } = trial({ undoDeletions: hour, immutableTags })
  const old = await pushImage(registry, 'a', 'old', { as: 'v1' })
  await registry.manifests.delete(a, { tag: tag('v1') })
  await pushImage(registry, 'a', 'fresh', { as: 'v1' })
  expect(await codeOf(registry.undo.restore(a, { tag: tag('v1') }))).toBe('DENIED')
  await registry.manifests.delete(a, { tag: tag('v1') })
  expect(await registry.undo.restore(a, { digest: old.digest })).toMatchObject({ digest: old.digest, tags: ['v1'] })
})

test('who has deleted it is kept with it, where he had to say who he is', async () => {
  const { registry } = setUp()
  await pushImage(registry, 'a', 'x', { as: 'v1' })
  await registry.manifests.delete(a, { tag: tag('v1') }, { by: 'alice' })
  expect(await registry.undo.list(a)).toMatchObject([{ tag: 'v1', reason: 'deleted by a client', by: 'alice', whole: false }])
})

test('without the setting, deletions leave no record', async () => {
  const { registry, driver } = trial()
  await pushImage(registry, 'a', 'x', { as: 'v1' })
  await registry.manifests.delete(a, { tag: tag('v1') })
  expect(await keysUnder(driver, removedPath)).toEqual([])
})
