import { expect, test } from 'vitest'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { sha256 } from '../support/bytes.ts'
import { codeOf, descriptor, image, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { remoteStore } from '../support/remote-store.ts'

const a = name('a')
const texts = ['{}', 'a', 'b', 'c']
const manifest = image({ config: descriptor('{}'), layers: ['a', 'b', 'c'].map(text => descriptor(text)) })

/** Two replicas, one of which knows all of the image by heart: it has just taken it. */
async function replicas(options = {}) {
  const driver = remoteStore()
  const { registry: one, another } = trial({ driver, deletes: true, ...options })
  const other = another()
  const pushAll = async (to: Registry) => {
    for (const text of texts) await pushBlob(to, 'a', text)
  }
  await pushAll(one)
  await pushManifest(one, 'a', manifest, { as: 'v1' })
  driver.asked()
  return { driver, one, other, pushAll }
}

const push = (to: Registry, as: string) => codeOf(pushManifest(to, 'a', { ...manifest, annotations: { as } }, { as }))

const deletions: Readonly<Record<string, { deleteBy: (other: Registry) => Promise<unknown>; gone: readonly string[] }>> = {
  'a blob': { deleteBy: other => other.blobs.unlink(a, sha256('b')), gone: ['b'] },
  'each blob': { deleteBy: other => Promise.all(texts.map(text => other.blobs.unlink(a, sha256(text)))), gone: texts },
  'the repository': { deleteBy: other => other.repositories.delete(a), gone: texts },
}

test.each(Object.entries(deletions))(
  'when another replica has deleted %s, an image that needs it is refused until that is pushed again',
  async (_, { deleteBy, gone }) => {
    const { one, other, pushAll } = await replicas()
    await deleteBy(other)
    expect(await push(one, 'v2')).toEqual(gone.map(() => 'MANIFEST_BLOB_UNKNOWN'))
    for (const text of gone) expect(await one.blobs.offer(a, sha256(text))).toBeUndefined()
    await pushAll(one)
    expect(await push(one, 'v2')).toBe('no error')
    const found = await other.manifests.get(a, { tag: tag('v2') })
    expect(found?.blobs).toHaveLength(texts.length)
    for (const { digest } of found?.blobs ?? []) expect(await other.blobs.stat(a, digest)).toBeDefined()
  },
)

test('what is remembered of other repositories stays', async () => {
  const { driver, one, other } = await replicas()
  for (const text of texts) await pushBlob(one, 'a/b', text)
  await other.repositories.delete(a)
  driver.asked()
  expect(await codeOf(pushManifest(one, 'a/b', manifest))).toBe('no error')
  expect(driver.asked().filter(request => request.includes('/_layers/'))).toEqual([])
})

test('one read tells of that, and none where nobody may delete', async () => {
  for (const [deletes, reads] of [
    [true, 1],
    [false, 0],
  ] as const) {
    const { driver, one } = await replicas({ deletes })
    expect(await push(one, 'v2')).toBe('no error')
    expect(driver.asked().filter(request => request.startsWith('read'))).toHaveLength(reads)
  }
})

test('where nothing is believed, nothing is asked', async () => {
  const { driver, one } = await replicas({ believedFor: 0 })
  expect(await push(one, 'v2')).toBe('no error')
  expect(driver.asked().filter(request => request.includes('/unlinked/'))).toEqual([])
})

test('what can be restored keeps its links, and nobody has to hear of it', async () => {
  const { driver, one, other } = await replicas({ undoDeletions: hour })
  await other.repositories.delete(a)
  expect(driver.asked().filter(request => request.includes('/unlinked/'))).toEqual([])
  expect(await push(one, 'v2')).toBe('no error')
  const found = await other.manifests.get(a, { tag: tag('v2') })
  for (const { digest } of found?.blobs ?? []) expect(await other.blobs.stat(a, digest)).toBeDefined()
})
