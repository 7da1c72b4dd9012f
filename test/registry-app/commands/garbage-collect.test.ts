import { mkdir, readdir, utimes } from 'node:fs/promises'
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
import { hour, trial } from '../support/registry.ts'

/** A registry on files, with an image and a blob that nothing names. @param maintenance what its configuration says of that, in YAML */
async function withGarbage(maintenance: string) {
  const rootdirectory = join(await temporaryFolder(), 'data')
  await mkdir(rootdirectory)
  const driver = filesystemDriver({ rootdirectory, randomName: counter('name'), now: () => new Date() })
  const { registry } = trial({ driver })
  await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  await pushBlob(registry, 'a', 'garbage')
  const embedded = `version: 0.1\nstorage: {filesystem: {rootdirectory: ${rootdirectory}}, maintenance: {${maintenance}}}\n`
  const lines: string[] = []
  const collect = async (options: { dryRun?: boolean; exclusive?: boolean; quiet?: boolean }) => {
    const source = { named: undefined, embedded, environment: {}, readFile: () => '' }
    const given = { dryRun: false, deleteUntagged: false, exclusive: false, quiet: true, ...options }
    await garbageCollect(source, { ...given, print: line => void lines.push(line) })
    return lines.at(-1)
  }
  const has = async (text: string) => (await driver.stat(blobDataPath(sha256(text)))) !== undefined
  return { registry, rootdirectory, collect, lines, has }
}

/** As if all that is there had been written so many hours ago. */
async function grown(rootdirectory: string, hours: number) {
  const then = new Date(Date.now() - hours * hour)
  for (const entry of await readdir(rootdirectory, { recursive: true })) await utimes(join(rootdirectory, entry), then, then)
}

const readOnly = () => withGarbage('readonly: {enabled: true}')

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

test('what is about to be deleted is said by repository before it is, beside a registry that serves', async () => {
  const { registry, rootdirectory, collect, lines } = await withGarbage('garbagecollect: {grace: 24h}')
  await pushBlob(registry, 'b', 'garbage')
  await pushBlob(registry, 'b', 'more of it')
  await grown(rootdirectory, 72)
  expect(await collect({})).toMatch('Run it again at ')
  await grown(rootdirectory, 25)
  await collect({ quiet: false })
  const said = lines.join('\n')
  const planned = said.indexOf('2 blobs, 17 bytes to be freed:\n  a: 1 blob, 7 bytes\n  b: 2 blobs, 17 bytes\n')
  expect(planned).toBeGreaterThan(-1)
  expect(planned).toBeLessThan(said.indexOf('blobs deleted: '))
  expect(said).toContain('2 blobs, 17 bytes freed')
})

test('with --exclusive as well, and with --quiet never', async () => {
  const { collect, lines } = await readOnly()
  await collect({ exclusive: true, quiet: false })
  expect(lines.join('\n')).toContain('1 blob, 7 bytes to be freed:\n  a: 1 blob, 7 bytes\nblobs deleted: ')
  const other = await readOnly()
  await other.collect({ exclusive: true })
  expect(other.lines).toEqual(['1 blob, 7 bytes freed'])
})
