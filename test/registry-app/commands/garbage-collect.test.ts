import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { garbageCollect } from '../../../registry-app/src/commands/garbage-collect.ts'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { filesystemDriver } from '../../../registry-app/src/storage/filesystem/driver.ts'
import { answer, trialStore } from '../s3/support/trial-store.ts'
import { sha256 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { temporaryFolder } from '../support/folder.ts'
import { pushBlob, pushImage } from '../support/images.ts'
import { trial } from '../support/registry.ts'

/** A registry on files, with an image and a blob that nothing names, whose configuration says that it is read-only. */
async function readOnly() {
  const rootdirectory = join(await temporaryFolder(), 'data')
  await mkdir(rootdirectory)
  const driver = filesystemDriver({ rootdirectory, randomName: counter('name'), now: () => new Date() })
  const { registry } = trial({ driver })
  await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  await pushBlob(registry, 'a', 'garbage')
  const embedded = `version: 0.1\nstorage: {filesystem: {rootdirectory: ${rootdirectory}}, maintenance: {readonly: {enabled: true}}}\n`
  const lines: string[] = []
  const collect = async (options: { dryRun?: boolean; exclusive?: boolean }) => {
    const source = { named: undefined, embedded, environment: {}, readFile: () => '' }
    const given = { dryRun: false, deleteUntagged: false, exclusive: false, quiet: true, ...options }
    await garbageCollect(source, { ...given, print: line => void lines.push(line) })
    return lines.at(-1)
  }
  const has = async (text: string) => (await driver.stat(blobDataPath(sha256(text)))) !== undefined
  return { collect, has }
}

test('a read-only registry is collected with --exclusive, by the same configuration, and keeps what is referred to', async () => {
  const { collect, has } = await readOnly()
  expect(await collect({ exclusive: true })).toBe('1 blob, 7 bytes freed')
  expect([await has('garbage'), await has('a layer')]).toEqual([false, true])
})

test('without --exclusive nothing of it is written: the error says why, and what to do', async () => {
  const { collect, has } = await readOnly()
  await expect(collect({})).rejects.toThrow(
    'storage.maintenance.readonly is enabled: nothing is to be written. While nobody writes, collect with --exclusive',
  )
  expect(await has('garbage')).toBe(true)
})

test('what would go is said all the same', async () => {
  const { collect, has } = await readOnly()
  expect(await collect({ dryRun: true })).toBe('0 blobs, 0 bytes would be freed')
  expect(await collect({ dryRun: true, exclusive: true })).toBe('1 blob, 7 bytes would be freed')
  expect(await has('garbage')).toBe(true)
})

test('what would go in a bucket is said without writing there, not even to find out what the store can', async () => {
  const empty = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
  const store = await trialStore(...Array.from({ length: 1000 }, () => answer(200, empty)))
  const s3 = `{bucket: images, region: r, regionendpoint: "${store.endpoint}", accesskey: a, secretkey: b}`
  const source = { named: undefined, embedded: `{version: 0.1, storage: {s3: ${s3}}}`, environment: {}, readFile: () => '' }
  const lines: string[] = []
  const given = { dryRun: true, deleteUntagged: false, exclusive: false, quiet: true }
  await garbageCollect(source, { ...given, print: line => void lines.push(line) })
  expect(lines).toEqual(['0 blobs, 0 bytes would be freed'])
  expect(store.requests.length).toBeGreaterThan(0)
  expect(store.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([])
})
