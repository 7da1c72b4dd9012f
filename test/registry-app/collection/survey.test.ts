import { describe, expect, test } from 'vitest'
import { SurveyTooLarge, survey } from '../../../registry-app/src/collection/survey.ts'
import { bytes } from '../support/bytes.ts'
import { configType, image, index, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const breadth = 4

describe('a survey', () => {
  test('counts what each repository has once, and what all have once', async () => {
    const { registry, driver, clock } = trial()
    const shared = await pushImage(registry, 'a', 'the same layer', { as: 'v1' })
    const pushed = clock.now().getTime()
    await registry.manifests.put(
      name('a'),
      { tag: 'v2' as never },
      { content: await contentOf(registry, 'a', shared.digest), mediaType: undefined, tags: [] },
    )
    clock.move(hour)
    await pushImage(registry, 'b/c', 'the same layer', { as: 'v1' })
    await pushImage(registry, 'b', 'a longer layer of its own', { as: 'v1' })

    const [config, manifest] = ['{}'.length, shared.size]
    const bytesOfA = config + 'the same layer'.length + manifest
    const found = await survey(driver, { breadth })
    expect(found.repositories).toEqual([
      { name: 'a', bytes: bytesOfA, tags: 2, manifests: 1, pushed },
      {
        name: 'b',
        bytes: bytesOfA - 'the same layer'.length + 'a longer layer of its own'.length,
        tags: 1,
        manifests: 1,
        pushed: pushed + hour,
      },
      { name: 'b/c', bytes: bytesOfA, tags: 1, manifests: 1, pushed: pushed + hour },
    ])
    expect(found.whole).toEqual({ blobs: 5, size: bytesOfA + 'a longer layer of its own'.length + manifest })
    expect(found.unlinked).toEqual({ blobs: 0, size: 0 })
  })

  test('tells blobs that no repository has any more', async () => {
    const { registry, driver } = trial()
    const layer = await pushBlob(registry, 'a', 'nobody wants it')
    await registry.blobs.unlink(name('a'), layer.digest)
    expect((await survey(driver, { breadth })).unlinked).toEqual({ blobs: 1, size: layer.size })
  })

  test('names the tags that were pushed last, the newest first', async () => {
    const { registry, driver, clock } = trial()
    for (let number = 0; number < 30; number += 1) {
      clock.move(1000)
      await pushImage(registry, 'a', 'a layer', { as: `v${number}` })
    }
    const { pushed } = await survey(driver, { breadth })
    expect(pushed.map(({ tag }) => tag)).toEqual(Array.from({ length: 20 }, (_, index) => `v${29 - index}`))
  })

  test('knows repositories that have nothing but blobs, or an index', async () => {
    const { registry, driver } = trial()
    await pushBlob(registry, 'only/blobs', 'a layer')
    const config = await pushBlob(registry, 'an/index', '{}', configType)
    const one = await pushManifest(registry, 'an/index', image({ config }))
    await pushManifest(registry, 'an/index', index([{ mediaType: one.mediaType, digest: one.digest, size: one.size }]), { as: 'latest' })
    expect((await survey(driver, { breadth })).repositories).toMatchObject([
      { name: 'an/index', tags: 1, manifests: 2 },
      { name: 'only/blobs', bytes: bytes('a layer').length, tags: 0, manifests: 0, pushed: undefined },
    ])
  })

  test('ends where there is more than may be looked at', async () => {
    const { registry, driver } = trial()
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    await expect(survey(driver, { breadth, most: 3 })).rejects.toThrow(SurveyTooLarge)
  })
})

async function contentOf(
  registry: ReturnType<typeof trial>['registry'],
  repository: string,
  digest: Parameters<typeof registry.manifests.get>[1]['digest'] & string,
) {
  const found = await registry.manifests.get(name(repository), { digest })
  if (!found) throw new Error('it is not there')
  return found.content
}
