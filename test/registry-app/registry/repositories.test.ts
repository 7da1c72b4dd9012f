import { describe, expect, test } from 'vitest'
import { immutableTagRules } from '../../../registry-app/src/wiring/immutable-tag-rules.ts'
import { load } from '../config/complaints-of.ts'
import { all } from '../support/bytes.ts'
import { codeOf, image, name, pushBlob, pushImage, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const [a, below] = [name('team/a'), name('team/a/b')]

async function withImages(options = {}) {
  const over = trial(options)
  const pushed = await pushImage(over.registry, 'team/a', 'a layer', { as: 'v1' })
  const config = await pushBlob(over.registry, 'team/a', '{}')
  const subject = { mediaType: pushed.mediaType, digest: pushed.digest, size: pushed.size }
  const signature = await pushManifest(over.registry, 'team/a', image({ config, subject }))
  await pushImage(over.registry, 'team/a/b', 'a layer', { as: 'v1' })
  return { ...over, pushed, signature }
}

describe('deleting a repository', () => {
  test('takes its tags, its manifests, its links and what is attached, and says which', async () => {
    const { registry, pushed, signature } = await withImages()
    const deleted = await registry.repositories.delete(a)
    expect(deleted?.tags).toEqual(['v1'])
    expect(deleted?.manifests.toSorted()).toEqual([pushed.digest, signature.digest].sort())
    expect(await Array.fromAsync(registry.catalog.names(''))).toEqual(['team/a/b'])
    expect(await registry.manifests.get(a, { digest: pushed.digest })).toBeUndefined()
    expect(await all(registry.referrers.list(a, pushed.digest, ''))).toEqual([])
    expect(await registry.blobs.stat(a, pushed.digest)).toBeUndefined()
  })

  test('leaves those below its name, and the layers that others have', async () => {
    const { registry, pushed } = await withImages()
    await registry.repositories.delete(a)
    expect(await registry.manifests.get(below, { digest: pushed.digest })).toBeDefined()
    const { blobs } = (await registry.manifests.get(below, { digest: pushed.digest })) ?? { blobs: [] }
    for (const { digest } of blobs) expect(await registry.blobs.stat(below, digest)).toBeDefined()
  })

  test('tells what is left of one whose manifests were deleted one by one', async () => {
    const { registry, pushed, signature } = await withImages()
    for (const { digest } of [pushed, signature]) await registry.manifests.delete(a, { digest })
    expect(await registry.repositories.has(a)).toBe(true)
    expect(await registry.repositories.delete(a)).toEqual({ tags: [], manifests: [] })
    expect(await registry.repositories.has(a)).toBe(false)
    expect(await registry.repositories.has(below)).toBe(true)
  })

  test('finds nothing the second time', async () => {
    const { registry } = await withImages()
    await registry.repositories.delete(a)
    expect(await registry.repositories.delete(a)).toBeUndefined()
    expect(await registry.repositories.delete(name('team'))).toBeUndefined()
  })

  test('is undone image by image, where deletions can be', async () => {
    const { registry, pushed } = await withImages({ undoDeletions: 24 * hour })
    expect((await registry.repositories.delete(a))?.tags).toEqual(['v1'])
    expect(await registry.manifests.get(a, { tag: tag('v1') })).toBeUndefined()
    expect(await registry.undo.restore(a, { tag: tag('v1') })).toMatchObject({ digest: pushed.digest, tags: ['v1'] })
    const restored = await registry.manifests.get(a, { tag: tag('v1') })
    for (const { digest } of restored?.blobs ?? []) expect(await registry.blobs.stat(a, digest)).toBeDefined()
    expect(restored?.blobs).toHaveLength(2)
  })

  test('is refused while one of its tags is immutable, and then takes nothing', async () => {
    const policy = "storage: inmemory\npolicy: {immutabletags: [{repositories: [team/a], tags: ['v*']}]}"
    const { registry, pushed } = await withImages({ immutableTags: immutableTagRules(load(policy).config.policy) })
    expect(await codeOf(registry.repositories.delete(a))).toBe('DENIED')
    expect(await registry.manifests.get(a, { digest: pushed.digest })).toBeDefined()
  })
})
