import { describe, expect, test } from 'vitest'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { blobDataPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { manifestFacts } from '../../../registry-app/src/ui/manifest-facts.ts'
import { bounds, sharings } from '../../../registry-app/src/ui/sharing.ts'
import { tagLists } from '../../../registry-app/src/ui/tag-lists.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { configType, image, index, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { standingClock, trial } from '../support/registry.ts'
import { countingStore } from './support/counting-store.ts'

const app = name('app')

function opened() {
  const clock = standingClock()
  const driver = countingStore(clock.now)
  const over = trial({ driver, now: clock.now })
  const lists = tagLists(driver, over.registry.tags, () => clock.now().getTime())
  const sharing = sharings({ driver, lists, facts: manifestFacts(driver) })
  return { ...over, clock, driver, of: (digest: Digest) => sharing(app, digest), forget: () => lists.forget(app) }
}

/** An image of these layers, with a config of its own. */
async function push(registry: Registry, layers: readonly string[], as?: string) {
  const config = await pushBlob(registry, 'app', `{"of":"${layers.join()}"}`, configType)
  const pushed = await Promise.all(layers.map(layer => pushBlob(registry, 'app', layer)))
  const manifest = await pushManifest(registry, 'app', image({ config, layers: pushed }), as === undefined ? {} : { as })
  return { ...manifest, own: manifest.size + config.size }
}

describe('what an image shares', () => {
  test('is told by tag, the most first, and what would be freed is what nobody else has', async () => {
    const { registry, of } = opened()
    const one = await push(registry, ['base layer', 'ours'], 'v1')
    await push(registry, ['base layer', 'theirs'], 'v2')
    await push(registry, ['base layer', 'ours', 'more'], 'v3')
    const alone = await push(registry, ['nothing in common'], 'v4')
    expect(await of(one.digest)).toEqual({
      digest: one.digest,
      size: one.own + 'base layerours'.length,
      tags: ['v1'],
      goes: { manifests: [one.digest], bytes: one.own },
      shares: [
        { tag: 'v3', bytes: 'base layerours'.length },
        { tag: 'v2', bytes: 'base layer'.length },
      ],
      complete: true,
    })
    expect(await of(alone.digest)).toMatchObject({ shares: [], goes: { bytes: alone.own + 'nothing in common'.length } })
  })

  test('is counted once for a manifest, however many tags name it', async () => {
    const { registry, driver } = opened()
    const one = await push(registry, ['base layer', 'ours'], 'v1')
    const other = await push(registry, ['base layer', 'theirs'])
    for (let number = 0; number < 300; number += 1) await registry.tags.set(app, tag(`other-${number}`), other.digest)
    const facts = manifestFacts(driver)
    let looks = 0
    const known = (digest: Digest) => {
      looks += 1
      return facts.known(digest)
    }
    const lists = tagLists(driver, registry.tags, () => 0)
    const found = await sharings({ driver, lists, facts: { ...facts, known } })(app, one.digest)
    expect(found?.shares).toHaveLength(20)
    expect(looks).toBeLessThan(50)
  })

  test('counts every name that it has, also one that was moved here', async () => {
    const { registry, clock, of } = opened()
    const one = await push(registry, ['one'], 'v1')
    await push(registry, ['two'], 'latest')
    clock.move(1000)
    await registry.tags.set(app, tag('latest'), one.digest)
    expect(await of(one.digest)).toMatchObject({ tags: ['latest', 'v1'], complete: true })
  })

  test('takes platforms and what is attached along, unless another index or a tag names them', async () => {
    const { registry, of, forget } = opened()
    const amd = await push(registry, ['amd'])
    const arm = await push(registry, ['arm'])
    const entries = [amd, arm].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
    const list = await pushManifest(registry, 'app', index(entries), { as: 'multi' })
    const config = await pushBlob(registry, 'app', '{}', configType)
    const subject = { mediaType: list.mediaType, digest: list.digest, size: list.size }
    const signature = await pushManifest(registry, 'app', image({ config, subject }))
    expect(await of(list.digest)).toMatchObject({
      goes: {
        manifests: [list.digest, amd.digest, arm.digest, signature.digest],
        bytes: list.size + amd.own + arm.own + 'amdarm'.length + signature.size + config.size,
      },
    })

    await pushManifest(registry, 'app', index(entries.slice(1)), { as: 'other' })
    await registry.tags.set(app, tag('amd'), amd.digest)
    forget()
    expect((await of(list.digest))?.goes.manifests).toEqual([list.digest, signature.digest])
  })

  test('is nothing of what is not there', async () => {
    const { registry, of } = opened()
    await push(registry, ['one'], 'v1')
    expect(await of(`sha256:${'0'.repeat(64)}`)).toBeUndefined()
  })

  test('is nothing of what only another repository has, whatever that is, also where there are too many manifests to look at', async () => {
    const { registry, driver, of } = opened()
    const { digest: large } = await pushBlob(registry, 'secret', new Uint8Array(5 * 1024 * 1024))
    const { digest: foreign } = await pushManifest(registry, 'secret', index([]), { as: 'v1' })
    expect([await of(large), await of(foreign)]).toEqual([undefined, undefined])
    const made = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}` as const
    for (let number = 0; number < bounds.pages * 1000 + 1; number += 1)
      await driver.put(revisionLinkPath(app, made(number)), bytes(made(number)))
    expect([await of(large), await of(foreign)]).toEqual([undefined, undefined])
  })

  test('counts of an index only the entries that are here', async () => {
    const { registry, driver, of } = opened()
    const config = await pushBlob(registry, 'secret', '{}', configType)
    const foreign = await pushManifest(registry, 'secret', image({ config }))
    const sparse = bytes(JSON.stringify(index([{ mediaType: foreign.mediaType, digest: foreign.digest, size: 1 }])))
    const digest = sha256(sparse)
    const lists = tagLists(driver, registry.tags, () => 0)
    const facts = manifestFacts(driver)
    const sharing = sharings({ driver, lists, facts })
    await driver.put(blobDataPath(digest), sparse)
    await driver.put(revisionLinkPath(app, digest), bytes(digest))
    expect(await sharing(name('secret'), foreign.digest)).toMatchObject({ size: foreign.size + config.size })
    expect(await sharing(app, digest)).toMatchObject({ size: sparse.length })
    expect(await of(digest)).toMatchObject({ size: sparse.length })
  })

  test('costs no more than its bounds, says that it has not seen all, and reads nothing twice', async () => {
    const { registry, driver, of } = opened()
    const one = await push(registry, ['base'], 'v0')
    const config = await pushBlob(registry, 'app', '{}', configType)
    for (let number = 1; number <= bounds.manifests + 100; number += 1) {
      await pushManifest(registry, 'app', image({ config, annotations: { number: String(number) } }), { as: `v${number}` })
    }
    driver.cost()
    expect(await of(one.digest)).toMatchObject({ complete: false, goes: { manifests: [one.digest] } })
    const cost = driver.cost()
    expect(cost.read).toBeLessThanOrEqual(bounds.manifests)
    expect(cost.list).toBeLessThanOrEqual(bounds.pages + 25)
    expect(await of(one.digest)).toMatchObject({ complete: true })
    expect(driver.cost().read).toBeLessThanOrEqual(101)
  })
})
