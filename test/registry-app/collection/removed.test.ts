import { expect, test } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import { reliances } from '../../../registry-app/src/registry/condemned/reliance.ts'
import { blobDataPath, layerLinkPath, removedPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { keysUnder, sha256 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { index, name, pushImage, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

const timings = { grace: 24 * hour, viewage: hour / 60, window: 12 * hour, batchtime: 30_000, margin: 60_000 }
const a = name('a')

/** What clients delete can be restored for a week. */
function setUp({ untagged }: { untagged: boolean }) {
  const opened = trial()
  const { driver, clock } = opened
  const heeding = reliances({
    ...{ driver, timings, believedFor: hour, clock: () => clock.now().getTime(), randomName: counter('rescue') },
    sleep: async milliseconds => clock.move(milliseconds),
  })
  const registry = opened.another({ undoDeletions: 7 * 24 * hour, reliances: heeding })
  const run = (exclusive = false) =>
    collect({ driver, timings, breadth: 4, randomName: counter('run'), progress: () => {}, untagged, dryRun: false, exclusive })
  const daily = async (days: number) => {
    for (let each = 0; each < days; each += 1) {
      clock.move(25 * hour)
      await run()
    }
  }
  const isThere = async (text: string) =>
    (await driver.stat(blobDataPath(sha256(text)))) !== undefined && (await driver.stat(layerLinkPath(a, sha256(text)))) !== undefined
  return { ...opened, registry, run, daily, isThere }
}

test('what can be restored stays, with all that it names, and goes with its record when that time is over', async () => {
  const { registry, driver, daily, isThere } = setUp({ untagged: true })
  const child = await pushImage(registry, 'a', 'layer')
  await pushManifest(registry, 'a', index([{ mediaType: child.mediaType, digest: child.digest, size: child.size }]), { as: 'v1' })
  await registry.manifests.delete(a, { tag: tag('v1') })
  await daily(6)
  expect(await isThere('layer')).toBe(true)
  await registry.undo.restore(a, { tag: tag('v1') })
  await daily(4)
  expect(await isThere('layer')).toBe(true)
  await registry.manifests.delete(a, { tag: tag('v1') })
  await daily(6)
  expect(await isThere('layer')).toBe(true)
  await daily(3)
  expect([await isThere('layer'), await keysUnder(driver, removedPath)]).toEqual([false, []])
})

test('a manifest that was deleted can be restored as long, though manifests without a tag stay', async () => {
  const { registry, daily, isThere } = setUp({ untagged: false })
  const { digest } = await pushImage(registry, 'a', 'layer', { as: 'v1' })
  await registry.manifests.delete(a, { digest })
  await daily(6)
  expect(await registry.undo.restore(a, { tag: tag('v1') })).toMatchObject({ digest, tags: ['v1'] })
  expect(await isThere('layer')).toBe(true)
})

test('a manifest that was condemned already when it was deleted stays as well, once it can be restored', async () => {
  const { registry, clock, run, daily, isThere } = setUp({ untagged: true })
  const { digest } = await pushImage(registry, 'a', 'layer')
  clock.move(25 * hour)
  expect((await run()).condemned.blobs).toBeGreaterThan(0)
  await registry.manifests.delete(a, { digest })
  await daily(5)
  expect(await isThere('layer')).toBe(true)
  expect((await registry.undo.restore(a, { digest })).digest).toBe(digest)
})

test('what can be restored stays also where nobody writes, and age does not count', async () => {
  const { registry, run, isThere, clock } = setUp({ untagged: true })
  await pushImage(registry, 'a', 'layer', { as: 'v1' })
  await registry.manifests.delete(a, { tag: tag('v1') })
  await run(true)
  expect(await isThere('layer')).toBe(true)
  clock.move(8 * 24 * hour)
  await run(true)
  expect(await isThere('layer')).toBe(false)
})

test('the image of a signature whose tag can be restored stays with it', async () => {
  const { registry, daily, isThere } = setUp({ untagged: true })
  const { digest } = await pushImage(registry, 'a', 'layer', { as: 'v1' })
  const signature = tag(`${digest.replace(':', '-')}.sig`)
  await pushImage(registry, 'a', 'signature', { as: signature })
  for (const each of [tag('v1'), signature]) await registry.manifests.delete(a, { tag: each })
  await daily(6)
  expect((await registry.undo.restore(a, { tag: tag('v1') })).tags).toEqual(['v1', signature])
  expect([await isThere('layer'), await isThere('signature')]).toEqual([true, true])
})

test('what a tag has named stays while somebody is about to set it: its history is there, and no more', async () => {
  const { registry, driver, daily, isThere } = setUp({ untagged: true })
  await pushImage(registry, 'a', 'layer', { as: 'v1' })
  await driver.delete([tagLinkPath(a, tag('v1'))])
  await daily(4)
  expect(await isThere('layer')).toBe(true)
})
