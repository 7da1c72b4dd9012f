import { describe, expect, test } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import { SurveyTooLarge, survey } from '../../../registry-app/src/collection/survey.ts'
import { blobDataPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { readUsage } from '../../../registry-app/src/registry/usage.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { summaries } from '../../../registry-app/src/ui/summaries.ts'
import { bytes, pieces, sha512 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { configType, encode, image, index, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { hour, standingClock, trial } from '../support/registry.ts'
import { chunk } from '../support/uploads.ts'
import { countingStore } from '../ui/support/counting-store.ts'

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

describe('a survey that garbage collection makes while it counts for quotas', () => {
  const timings = { grace: 24 * hour, viewage: hour / 60, window: 12 * hour, batchtime: 30_000, margin: 60_000 }
  const run = (driver: StorageDriver, counted: readonly string[], surveyed = true) =>
    collect({
      ...{ driver, timings, breadth, randomName: counter('run'), progress: () => {}, untagged: false, dryRun: false, exclusive: false },
      ...{ counted, surveyed },
    })

  /** Whatever makes a difference: blobs that are shared, that nobody has, that are gone, that have another name; tags that were moved, and are half there. */
  async function varied() {
    const clock = standingClock()
    const driver = countingStore(clock.now)
    const opened = trial({ driver, now: clock.now })
    const { registry } = opened
    for (const [number, at] of ['team/a', 'team/b', 'team', 'team/a/deep', 'other', 'team/a'].entries()) {
      clock.move(hour)
      await pushImage(registry, at, 'a layer that all have', { as: 'v1' })
      await pushImage(registry, at, `a layer of ${at}, ${number}`, { as: 'latest' })
    }
    const blob = bytes('a blob with another name')
    await registry.uploads.store(name('team/b'), sha512(blob), { pieces: pieces(blob), size: blob.length })
    const config = await pushBlob(registry, 'named', '{}', configType)
    const manifest = image({ config, annotations: { other: 'name' } })
    await pushManifest(registry, 'named', manifest, { as: sha512(encode(manifest)), tags: ['v1'] })
    const gone = await pushBlob(registry, 'other', 'gone')
    await driver.delete([blobDataPath(gone.digest)])
    const unwanted = await pushBlob(registry, 'other', 'unwanted')
    await registry.blobs.unlink(name('other'), unwanted.digest)
    await driver.delete([tagLinkPath(name('team/b'), 'v1' as never)])
    await registry.uploads.append(registry.uploads.start(name('begun')), chunk(bytes('a chunk'), 0))
    return { ...opened, driver, clock }
  }

  test('says the same, and changes nothing of what is counted', async () => {
    const { driver, clock } = await varied()
    const at = clock.now().getTime() - timings.margin
    const found = await survey(driver, { breadth })
    expect(found.repositories.map(each => each.name)).toEqual(['named', 'other', 'team', 'team/a', 'team/a/deep', 'team/b'])
    expect(found.unlinked.blobs).toBeGreaterThan(1)
    expect((await run(driver, ['team', 'team/a'])).survey).toEqual({ at, found })
    const counted = await readUsage(driver)
    await run(driver, ['team', 'team/a'], false)
    expect(await readUsage(driver)).toEqual(counted)
  })

  test('spares the summary of the page all of its own lists', async () => {
    const lists = async (surveyed: boolean) => {
      const { driver, clock } = await varied()
      const known = summaries({
        ...{ driver, age: 24 * hour, breadth, readOnly: false, now: clock.now, clock: () => 0 },
        failed: error => expect.fail(String(error)),
      })
      driver.cost()
      const collected = await run(driver, ['team'], surveyed)
      await known.collected(
        { at: 5, freed: collected.freed, condemned: collected.condemned, survey: collected.survey },
        AbortSignal.timeout(10_000),
      )
      expect((await known.current()).summary).toMatchObject({
        collection: { at: 5 },
        repositories: (await survey(driver, { breadth })).repositories,
      })
      return driver.cost().list ?? 0
    }
    const [before, after] = [await lists(false), await lists(true)]
    // 36 of repositories, 16 of blobs.
    expect(before - after).toBe(52)
  })

  test('is not made where nothing is counted', async () => {
    const { driver } = await varied()
    expect((await run(driver, [])).survey).toBeUndefined()
  })

  test('that is older than what is known is not taken for it', async () => {
    const { driver, clock } = await varied()
    const { survey: old } = await run(driver, ['team'])
    const known = summaries({
      ...{ driver, age: 24 * hour, breadth, readOnly: false, now: clock.now, clock: () => 0 },
      failed: error => expect.fail(String(error)),
    })
    const facts = { at: 5, freed: { blobs: 0, size: 0 }, condemned: { blobs: 0, size: 0 } }
    await known.collected(facts, AbortSignal.timeout(10_000))
    clock.move(hour)
    await known.collected({ ...facts, survey: old }, AbortSignal.timeout(10_000))
    expect((await known.current()).summary?.at).toBe(clock.now().getTime())
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
