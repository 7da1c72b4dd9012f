import { describe, expect, test } from 'vitest'
import { purgeUploads } from '../../../registry-app/src/registry/purge-uploads.ts'
import { bytes, content, keysUnder, sha256 } from '../support/bytes.ts'
import { name, pushBlob, pushImage } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { blobBytes, body, chunk, sendInChunks } from '../support/uploads.ts'

const repositories = 'docker/registry/v2/repositories/'

describe('a purge', () => {
  test('takes uploads away whose last chunk is too old, and leaves younger ones', async () => {
    const { registry, driver, clock } = trial()
    const old = await sendInChunks(registry, 'a', content(200), { size: 10, ranged: true })
    const nested = await sendInChunks(registry, 'a/b', content(20), { size: 10, ranged: false })
    clock.move(2 * hour)
    const young = await sendInChunks(registry, 'a', content(200), { size: 10, ranged: true })
    const olderThan = new Date(clock.now().getTime() - hour)
    expect(await purgeUploads(driver, { olderThan, dryRun: false })).toEqual([
      `${repositories}a/_uploads/${old.id}/`,
      `${repositories}a/b/_uploads/${nested.id}/`,
    ])
    expect(await keysUnder(driver, `${repositories}a/b/_uploads/`)).toEqual([])
    expect(await keysUnder(driver, `${repositories}a/_uploads/${old.id}/`)).toEqual([])
    await registry.uploads.finish(young, sha256(content(200)), undefined)
    expect(await blobBytes(registry, 'a', sha256(content(200)))).toEqual(content(200))
  })

  test('leaves an upload that began long ago and still goes on', async () => {
    const { registry, driver, clock } = trial()
    const state = await registry.uploads.append(registry.uploads.start(name('a')), chunk(content(10), 0))
    clock.move(5 * hour)
    await registry.uploads.append(state, body(content(10)))
    const before = await keysUnder(driver, '')
    expect(await purgeUploads(driver, { olderThan: new Date(clock.now().getTime() - hour), dryRun: false })).toEqual([])
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test('only says what would go when it is tried dry', async () => {
    const { registry, driver, clock } = trial()
    const { id } = await sendInChunks(registry, 'a', content(20), { size: 10, ranged: true })
    const before = await keysUnder(driver, '')
    clock.move(2 * hour)
    expect(await purgeUploads(driver, { olderThan: clock.now(), dryRun: true })).toEqual([`${repositories}a/_uploads/${id}/`])
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test('takes what Distribution left behind', async () => {
    const { driver, clock } = trial()
    const folder = `${repositories}library/alpine/_uploads/5c1d3f2e-8a30-4c63-9c0f-6d1e2b7a9f00/`
    await driver.put(`${folder}startedat`, bytes('2026-02-01T00:00:00Z'))
    await driver.put(`${folder}data`, content(100))
    await driver.put(`${folder}hashstates/sha256/100`, content(108))
    clock.move(2 * hour)
    expect(await purgeUploads(driver, { olderThan: clock.now(), dryRun: false })).toEqual([folder])
    expect(await keysUnder(driver, '')).toEqual([])
  })

  test('takes nothing else, however old', async () => {
    const { registry, driver, clock } = trial()
    await pushImage(registry, 'a', 'an image', { as: 'v1' })
    await pushBlob(registry, 'uploads/b', 'x')
    const before = await keysUnder(driver, '')
    clock.move(1_000_000 * hour)
    expect(await purgeUploads(driver, { olderThan: clock.now(), dryRun: false })).toEqual([])
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test('of nothing does nothing', async () => {
    const { driver, clock } = trial()
    expect(await purgeUploads(driver, { olderThan: clock.now(), dryRun: false })).toEqual([])
  })
})
