import { describe, expect, test } from 'vitest'
import { type CheckOptions, check } from '../../../registry-app/src/inspection/check.ts'
import { describeProblem, parseImage } from '../../../registry-app/src/inspection/describe.ts'
import { blobDataPath, layerLinkPath, revisionLinkPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { mark } from '../../../registry-app/src/registry/quarantine.ts'
import { bytes, keysUnder, sha256, sha512 } from '../support/bytes.ts'
import { descriptor, foreignLayerType, image, index, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { body } from '../support/uploads.ts'

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** An image, an index with another image, one by sha512, and one with a layer that is elsewhere. */
async function stocked() {
  const opened = trial()
  const { registry, driver } = opened
  const single = await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  const child = await pushImage(registry, 'a/b', 'child')
  const whole = await pushManifest(registry, 'a/b', index([{ ...child, mediaType: manifestType }]), { as: 'multi' })
  const config = await pushBlob(registry, 'c', '{}')
  await registry.uploads.store(name('c'), sha512('long'), body(bytes('long')))
  const foreign = { ...descriptor('elsewhere', foreignLayerType), urls: ['https://example.com/layer'] }
  const long = await pushManifest(registry, 'c', image({ config, layers: [{ ...descriptor('long'), digest: sha512('long') }, foreign] }), {
    as: 'latest',
  })
  const run = (options: Partial<CheckOptions> = {}) => check({ driver, breadth: 4, deep: false, platforms: 'all', ...options })
  const problems = async (options: Partial<CheckOptions> = {}) => (await run(options)).problems.map(describeProblem)
  return { ...opened, single, child, whole, long, run, problems }
}

describe('images that are whole', () => {
  test('have no problem, and nothing is written', async () => {
    const { driver, run } = await stocked()
    const before = await keysUnder(driver, '')
    expect(await run()).toEqual({ repositories: 3, manifests: 4, blobs: 4, bytes: 0, problems: [] })
    expect(await run({ deep: true })).toEqual({ repositories: 3, manifests: 4, blobs: 4, bytes: 18, problems: [] })
    expect(await keysUnder(driver, '')).toEqual(before)
  })

  test('can be looked at one by one: an index with all that it leads to', async () => {
    const { run, single } = await stocked()
    expect(await run({ of: parseImage('a/b:multi') })).toMatchObject({ repositories: 1, manifests: 2, blobs: 2 })
    expect(await run({ of: parseImage('a') })).toMatchObject({ repositories: 1, manifests: 1 })
    expect(await run({ of: parseImage(`a@${single.digest}`) })).toMatchObject({ repositories: 1, manifests: 1, problems: [] })
    expect(await run({ of: parseImage('a:none') })).toMatchObject({
      manifests: 0,
      problems: [{ repository: 'a', object: 'tag', tags: ['none'], fault: 'missing' }],
    })
    expect(await run({ of: parseImage('nowhere') })).toMatchObject({ repositories: 0 })
  })
})

describe('what is wrong with one', () => {
  const layer = sha256('a layer')

  test.each<[string, (opened: Awaited<ReturnType<typeof stocked>>) => Promise<unknown>, string]>([
    ['a blob is gone', ({ driver }) => driver.delete([blobDataPath(layer)]), `the blob ${layer} is missing`],
    [
      'the repository lost its link to a blob',
      ({ driver }) => driver.delete([layerLinkPath(name('a'), layer)]),
      `the blob ${layer} is in the storage, but not linked to this repository`,
    ],
    [
      'a blob was cut',
      ({ driver }) => driver.put(blobDataPath(layer), bytes('a lay')),
      `the blob ${layer} has another size than its manifest says: it has 5 bytes, not 7`,
    ],
    [
      'a blob is quarantined',
      async ({ driver }) => mark(driver, layer, (await driver.stat(blobDataPath(layer))) ?? { size: 0, modified: new Date() }, {}),
      `the blob ${layer} is damaged: it is quarantined`,
    ],
    ['its manifest is gone', ({ driver, single }) => driver.delete([blobDataPath(single.digest)]), 'its manifest is missing'],
    [
      'its manifest is damaged',
      ({ driver, single }) => driver.put(blobDataPath(single.digest), bytes('{}')),
      'its manifest is damaged: its 2 bytes have another digest',
    ],
    [
      'its manifest is unlinked',
      ({ driver, single }) => driver.delete([revisionLinkPath(name('a'), single.digest)]),
      'its manifest is in the storage, but not linked to this repository',
    ],
  ])('%s', async (_, harm, expected) => {
    const opened = await stocked()
    await harm(opened)
    const { single, problems } = opened
    for (const of of [undefined, parseImage('a'), parseImage('a:v1')]) {
      expect(await problems({ of })).toEqual([`a@${single.digest} (v1): ${expected}`])
    }
  })

  test('bytes that changed and kept their number are found by reading them', async () => {
    const { driver, single, problems } = await stocked()
    await driver.put(blobDataPath(layer), bytes('a Layer'))
    expect(await problems()).toEqual([])
    expect(await problems({ deep: true })).toEqual([
      `a@${single.digest} (v1): the blob ${layer} is damaged: its 7 bytes have another digest`,
    ])
  })

  test('a blob by its sha512, too', async () => {
    const { driver, long, problems } = await stocked()
    await driver.put(blobDataPath(sha256('long')), bytes('Long'))
    expect(await problems()).toEqual([])
    expect(await problems({ deep: true })).toEqual([
      `c@${long.digest} (latest): the blob ${sha512('long')} is damaged: its 4 bytes have another digest`,
    ])
    await driver.delete([layerLinkPath(name('c'), sha512('long'))])
    expect(await problems()).toEqual([`c@${long.digest} (latest): the blob ${sha512('long')} is missing`])
  })

  test('an image is told with the tags of the indexes that lead to it', async () => {
    const { driver, child, problems } = await stocked()
    await driver.delete([blobDataPath(sha256('child'))])
    expect(await problems()).toEqual([`a/b@${child.digest} (multi): the blob ${sha256('child')} is missing`])
  })

  test('an entry of an index that is not here, unless that need not be', async () => {
    const { registry, driver, child, whole, problems } = await stocked()
    await registry.manifests.delete(name('a/b'), { digest: child.digest })
    expect(await problems()).toEqual([`a/b@${whole.digest} (multi): the manifest ${child.digest} is missing`])
    expect(await problems({ platforms: 'none' })).toEqual([])
    expect(await keysUnder(driver, revisionLinkPath(name('a/b'), child.digest))).toEqual([])
  })

  test('a tag that cannot be read, or names what is not there', async () => {
    const { driver, problems } = await stocked()
    await driver.put(tagLinkPath(name('a'), 'broken' as never), bytes('sha256:'))
    await driver.put(tagLinkPath(name('a'), 'lost' as never), bytes(sha256('nothing')))
    expect(await problems({ of: parseImage('a') })).toEqual([
      expect.stringMatching(/^a:broken: the tag cannot be read: the link .* holds no digest$/),
      `a@${sha256('nothing')} (lost): its manifest is missing`,
    ])
  })

  test('what a store cannot give is a finding; a store that is away ends it', async () => {
    const { driver, single, problems } = await stocked()
    const failing = (error: Error) => ({
      ...driver,
      get: (key: string, options?: object) => (key === blobDataPath(layer) ? Promise.reject(error) : driver.get(key, options)),
    })
    expect(await problems({ deep: true, driver: failing(new Error('EIO')) })).toEqual([
      `a@${single.digest} (v1): the blob ${layer} cannot be read: EIO`,
    ])
    const away = Object.assign(new Error('no answer'), { unavailable: true })
    await expect(problems({ deep: true, driver: failing(away) })).rejects.toBe(away)
  })

  test('each is told for every image that it hits, and read once', async () => {
    const { registry, driver, run } = await stocked()
    for (const to of ['x', 'y', 'z']) await pushImage(registry, to, 'shared', { as: 'v1' })
    await driver.put(blobDataPath(sha256('shared')), bytes('Shared'))
    const { problems, bytes: read } = await run({ deep: true })
    expect(problems.map(({ repository }) => repository)).toEqual(['x', 'y', 'z'])
    // Twice, because it is wrong.
    expect(read).toBe(18 + 2 * 6)
  })
})

test.each([
  ['team/app', { name: 'team/app' }],
  ['team/app:v1', { name: 'team/app', reference: { tag: 'v1' } }],
  [`app@${sha256('x')}`, { name: 'app', reference: { digest: sha256('x') } }],
  ['App', undefined],
  ['app:', undefined],
  ['app@v1', { name: 'app', reference: { tag: 'v1' } }],
  ['app@sha256:12', undefined],
  ['../etc', undefined],
])('%s names %j', (text, expected) => expect(parseImage(text)).toEqual(expected))
