import { describe, expect, test } from 'vitest'
import { tagIndexPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { all, bytes, bytesAt, sha256 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { name, pushBlob, pushImage, tag } from '../support/images.ts'
import { trial } from '../support/registry.ts'

const drivers: Readonly<Record<string, () => Promise<StorageDriver>>> = {
  memory: async () => memoryDriver({ now: () => new Date(0) }),
  files: async () => driverOver(await temporaryFolder()),
}
const a = name('a')
const names = ['v1', 'v1-x', 'v1.0', 'v1.0-rc', 'v10', 'V1', '_a', 'v1_', 'v', 'v--', '0', 'x'.repeat(128), `x${'-'.repeat(127)}`]
const repositories = ['a', 'a-b', 'a.b', 'a/b', 'a/0', 'a0', 'a/b/c', 'a-b/c', 'a__b', '0', 'sha256/a', 'library/alpine', 'library']

describe.each(Object.entries(drivers))('in %s', (_, open) => {
  test('tags are listed in lexical order, after any last', async () => {
    const { registry } = trial({ driver: await open() })
    for (const each of names) await registry.tags.set(a, tag(each), sha256(each))
    for (const last of ['', ...names, ...names.map(each => `${each}!`), 'u', 'zzz']) {
      expect(await all(registry.tags.list(a, last))).toEqual(names.filter(each => each > last).sort())
    }
  })

  test('repositories are listed in lexical order, after any last, nested ones too', async () => {
    const { registry } = trial({ driver: await open() })
    for (const each of repositories) await pushBlob(registry, each, 'x')
    for (const last of ['', ...repositories, ...repositories.map(each => `${each}!`), 'b', 'zzz']) {
      expect(await all(registry.catalog.names(last))).toEqual(repositories.filter(each => each > last).sort())
    }
  })

  test('a tag names what it was set to last', async () => {
    const { registry } = trial({ driver: await open() })
    for (const text of ['one', 'two', 'one']) {
      await registry.tags.set(a, tag('v1'), sha256(text))
      expect(await registry.tags.get(a, tag('v1'))).toBe(sha256(text))
    }
  })

  test('many who set a tag at once leave one of theirs', async () => {
    const { registry } = trial({ driver: await open() })
    const digests = Array.from({ length: 20 }, (_, index) => sha256(`${index}`))
    await Promise.all(digests.map(digest => registry.tags.set(a, tag('v1'), digest)))
    expect(digests).toContain(await registry.tags.get(a, tag('v1')))
  })
})

test('what a deletion that was stopped has left goes when it is deleted again, though it is no tag any more', async () => {
  const { registry, driver } = trial()
  await registry.tags.set(a, tag('v1'), sha256('one'))
  await driver.delete([tagLinkPath(a, tag('v1'))])
  expect(await all(registry.tags.list(a, ''))).toEqual(['v1'])
  expect(await registry.tags.delete(a, tag('v1'))).toBe(false)
  expect(await all(registry.tags.list(a, ''))).toEqual([])
})

test('a tag is a link and its history, as Distribution writes them', async () => {
  const { registry, driver } = trial()
  await registry.tags.set(a, tag('v1'), sha256('one'))
  await registry.tags.set(a, tag('v1'), sha256('two'))
  expect((await bytesAt(driver, tagLinkPath(a, tag('v1'))))?.toString()).toBe(sha256('two'))
  for (const text of ['one', 'two']) {
    expect((await bytesAt(driver, tagIndexPath(a, tag('v1'), sha256(text))))?.toString()).toBe(sha256(text))
  }
})

test('deleting a tag leaves those whose names begin with it', async () => {
  const { registry } = trial()
  for (const each of ['v1', 'v1-x', 'v10']) await registry.tags.set(a, tag(each), sha256('x'))
  expect(await registry.tags.delete(a, tag('v1'))).toBe(true)
  expect(await registry.tags.delete(a, tag('v1'))).toBe(false)
  expect(await all(registry.tags.list(a, ''))).toEqual(['v1-x', 'v10'])
})

test('a repository that is not there has no tags, nor one that only contains others', async () => {
  const { registry } = trial()
  await pushImage(registry, 'a/b', 'x', { as: 'v1' })
  expect(await all(registry.tags.list(a, ''))).toEqual([])
  expect(await registry.tags.hasRepository(a)).toBe(false)
  expect(await all(registry.catalog.names(''))).toEqual(['a/b'])
})

test('a repository is there with the link of a blob, an untagged manifest, or a tag: whenever the catalog lists it', async () => {
  const { registry } = trial()
  await pushBlob(registry, 'c', 'x')
  expect(await registry.tags.hasRepository(name('c'))).toBe(true)
  await pushImage(registry, 'a', 'x')
  expect(await registry.tags.hasRepository(a)).toBe(true)
  await registry.tags.set(name('b'), tag('v1'), sha256('x'))
  expect(await registry.tags.hasRepository(name('b'))).toBe(true)
})

test('garbage in a tag’s link is an error', async () => {
  const { registry, driver } = trial()
  await driver.put(tagLinkPath(a, tag('v1')), bytes('latest'))
  await expect(registry.tags.get(a, tag('v1'))).rejects.toThrow('holds no digest')
})
