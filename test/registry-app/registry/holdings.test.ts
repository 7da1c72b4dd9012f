import { describe, expect, test } from 'vitest'
import { blobDataPath, layerLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { codeOf, descriptor, image, name, pushBlob, pushManifest } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { remoteStore } from '../support/remote-store.ts'
import { body } from '../support/uploads.ts'

const layers = ['a', 'b', 'c', 'd'].map(text => descriptor(text))
const manifest = image({ config: descriptor('{}'), layers })
const mine = name('mine')
const minute = hour / 60

/** A repository with all blobs of the manifest, and a process that has not seen it. */
async function stocked(to = 'mine') {
  const driver = remoteStore()
  const opened = trial({ driver })
  for (const text of ['{}', 'a', 'b', 'c', 'd']) await pushBlob(opened.registry, to, text)
  driver.asked()
  const push = async (registry = opened.registry, fields = {}) => codeOf(pushManifest(registry, 'mine', { ...manifest, ...fields }))
  return { ...opened, driver, push, cold: opened.another() }
}

const looks = (asked: readonly string[]) =>
  Object.fromEntries(['list', 'read', 'stat'].map(kind => [kind, asked.filter(request => request.startsWith(kind)).length]))
const unknown = (count: number) => Array.from({ length: count }, () => 'MANIFEST_BLOB_UNKNOWN')

describe('a manifest that is pushed to a bucket', () => {
  test('costs no look at blobs that were pushed through this process just now', async () => {
    const { driver, push } = await stocked()
    expect(await push()).toBe('no error')
    expect(looks(driver.asked())).toEqual({ list: 0, read: 0, stat: 0 })
  })

  test('costs one list, and a look at each blob’s data, where this process has seen none', async () => {
    const { driver, push, cold } = await stocked()
    expect(await push(cold)).toBe('no error')
    expect(looks(driver.asked())).toEqual({ list: 1, read: 0, stat: 5 })
  })

  test('costs a list of another repository nothing: only its own is looked at', async () => {
    const { driver, push, cold } = await stocked('theirs')
    expect(await push(cold)).toEqual(unknown(5))
    expect(driver.asked().filter(request => request.includes('theirs'))).toEqual([])
  })

  test('costs one list, of the first page alone, however many layers the repository has', async () => {
    const { driver, push, another } = await stocked()
    let pages = 0
    const paged = {
      ...driver,
      async *list(prefix: string, options = {}) {
        for await (const page of driver.list(prefix, options)) {
          for (const object of page.objects) {
            pages += 1
            yield { ...page, objects: [object], more: true }
          }
        }
      },
    }
    expect(await push(another({ driver: paged }))).toBe('no error')
    expect(pages).toBe(1)
  })

  test.each([
    ['of one', ['a']],
    ['of each', ['{}', 'a', 'b', 'c', 'd']],
  ])('is refused where links are listed, and the data %s is gone', async (_, gone) => {
    const { driver, push, cold } = await stocked()
    await driver.delete(gone.map(text => blobDataPath(sha256(text))))
    expect(await push(cold)).toEqual(unknown(gone.length))
  })

  test('is refused where a link is missing, and the data is there', async () => {
    const { driver, push, cold } = await stocked()
    await driver.delete([layerLinkPath(mine, sha256('a'))])
    expect(await push(cold)).toEqual(unknown(1))
  })

  test('is an error of ours where a link is damaged', async () => {
    const { driver, push, cold } = await stocked()
    await driver.put(layerLinkPath(mine, sha256('a')), bytes('x'))
    expect(await push(cold)).toMatchObject({ message: expect.stringContaining('holds no digest') })
  })

  test.each([
    ['the data', blobDataPath(sha256('a'))],
    ['the link', layerLinkPath(mine, sha256('a'))],
  ])('relies on what was seen of %s for five minutes, and not longer, however often it is pushed', async (_, key) => {
    const { clock, driver, push, registry } = await stocked()
    await driver.delete([key])
    for (let minutes = 0; minutes < 5; minutes += 1) {
      expect(await push(registry, { annotations: { push: String(minutes) } })).toBe('no error')
      clock.move(minute)
    }
    expect(await push()).toEqual(unknown(1))
  })

  test('relies on nothing where nothing is believed', async () => {
    const { driver, push, another } = await stocked()
    const registry = another({ believedFor: 0 })
    expect(await push(registry)).toBe('no error')
    await driver.delete([blobDataPath(sha256('a'))])
    expect(await push(registry)).toEqual(unknown(1))
  })

  test('takes data that an upload stored long before it was closed for as old as it is', async () => {
    const { clock, driver, another } = await stocked()
    const opened = another()
    const state = await opened.uploads.append(opened.uploads.start(mine), body(bytes('late')))
    clock.move(23 * hour)
    await opened.uploads.finish(state, sha256('late'), undefined)
    await driver.delete([blobDataPath(sha256('late'))])
    expect(await codeOf(pushManifest(opened, 'mine', image({ config: descriptor('late') })))).toEqual(unknown(1))
  })
})
