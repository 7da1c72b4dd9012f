import { describe, expect, test } from 'vitest'
import { DamagedManifest } from '../../../registry-app/src/registry/damaged-manifest.ts'
import type { ManifestRules } from '../../../registry-app/src/registry/manifest-rules.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { blobDataPath, revisionLinkPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { all, bytes, sha256, sha512 } from '../support/bytes.ts'
import {
  codeOf,
  configType,
  descriptor,
  encode,
  foreignLayerType,
  image,
  index,
  type Json,
  layerType,
  name,
  pushBlob,
  pushImage,
  pushManifest,
  tag,
} from '../support/images.ts'
import { trial } from '../support/registry.ts'

const a = name('a')
const present = { config: descriptor('{}', configType), layer: descriptor('a layer') }
const missing = descriptor('never pushed')
const other = descriptor('never pushed either')
const good = image({ config: present.config, layers: [present.layer] })

/** A repository with a config, a layer and the manifest of both. */
async function stocked(rules?: ManifestRules) {
  const opened = trial(rules ? { rules } : {})
  await pushBlob(opened.registry, 'a', '{}')
  await pushBlob(opened.registry, 'a', 'a layer')
  await pushManifest(opened.registry, 'a', good)
  return opened
}

const goodEntry = { mediaType: mediaTypes.ociManifest, digest: sha256(encode(good)), size: encode(good).length }
const amd64 = { architecture: 'amd64', os: 'linux' }
const arm64 = { architecture: 'arm64', os: 'linux' }
const foreign = (fields: Json = {}) => image({ config: present.config, layers: [{ ...missing, mediaType: foreignLayerType, ...fields }] })
const docker = (fields: Json = {}) =>
  foreign({ mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', urls: ['https://example.com/x'], ...fields })

const unknown = (count: number) => Array.from({ length: count }, () => 'MANIFEST_BLOB_UNKNOWN')
const standard: ManifestRules = { platforms: 'all' }
const urls = (allow: RegExp[], deny: RegExp[] = []): ManifestRules => ({ platforms: 'all', urls: { allow, deny } })

const cases: readonly [what: string, rules: ManifestRules, manifest: Json, outcome: unknown][] = [
  ['all that it names', standard, good, 'no error'],
  ['the same layer twice', standard, image({ config: present.config, layers: [present.layer, present.layer] }), 'no error'],
  ['no layers', standard, image({ config: present.config }), 'no error'],
  ['layers that are null', standard, image({ config: present.config, layers: null }), 'no error'],
  ['a missing config', standard, image({ config: missing }), unknown(1)],
  ['a missing layer', standard, image({ config: present.config, layers: [present.layer, missing] }), unknown(1)],
  ['two missing layers', standard, image({ config: present.config, layers: [missing, other] }), unknown(2)],
  ['a missing config and layers', standard, image({ config: missing, layers: [other, present.layer] }), unknown(2)],
  ['the same missing layer twice', standard, image({ config: present.config, layers: [missing, missing] }), unknown(1)],
  ['a manifest where a layer should be', standard, image({ config: present.config, layers: [goodEntry] }), unknown(1)],
  ['a missing subject', standard, image({ config: present.config, subject: missing }), 'no error'],
  ['an index of what is here', standard, index([goodEntry]), 'no error'],
  ['an empty index', standard, index([]), 'no error'],
  ['an index with a missing entry', standard, index([goodEntry, { ...goodEntry, digest: missing.digest }]), unknown(1)],
  ['an index with a blob that is here', standard, index([present.layer]), 'no error'],
  ['an index with a missing blob', standard, index([missing]), unknown(1)],
  ['an index that calls a blob a manifest', standard, index([{ ...present.layer, mediaType: mediaTypes.ociManifest }]), unknown(1)],
  ['a sparse index where none is asked for', { platforms: 'none' }, index([missing, other]), 'no error'],
  [
    'an index without a platform that is not asked for',
    { platforms: [amd64] },
    index([
      { ...goodEntry, platform: amd64 },
      { ...goodEntry, digest: missing.digest, platform: arm64 },
    ]),
    'no error',
  ],
  [
    'an index without a platform that is asked for',
    { platforms: [amd64, arm64] },
    index([
      { ...goodEntry, platform: amd64 },
      { ...goodEntry, digest: missing.digest, platform: arm64 },
    ]),
    unknown(1),
  ],
  [
    'missing layers, though entries need not be here',
    { platforms: 'none' },
    image({ config: present.config, layers: [missing] }),
    unknown(1),
  ],

  ['a foreign layer', standard, foreign(), 'no error'],
  ['a foreign layer with a URL', standard, foreign({ urls: ['https://example.com/x'] }), 'no error'],
  ['a foreign layer with a plain URL', standard, foreign({ urls: ['http://example.com/x'] }), 'no error'],
  ['Docker’s foreign layer', standard, docker(), 'no error'],
  ['a foreign layer with a file’s URL', standard, foreign({ urls: ['file:///etc/passwd'] }), ['MANIFEST_INVALID']],
  ['a foreign layer with no URL', standard, foreign({ urls: ['example.com'] }), ['MANIFEST_INVALID']],
  ['a foreign layer with an empty URL', standard, foreign({ urls: [''] }), ['MANIFEST_INVALID']],
  ['a foreign layer with a fragment', standard, foreign({ urls: ['https://example.com/x#y'] }), ['MANIFEST_INVALID']],
  ['a foreign layer with one bad URL of two', standard, foreign({ urls: ['https://example.com/', 'ftp://x/'] }), ['MANIFEST_INVALID']],
  ['an ordinary missing layer with a URL', standard, foreign({ mediaType: layerType, urls: ['https://example.com/x'] }), unknown(1)],
  ['a foreign layer with an allowed URL', urls([/^https:\/\/example\.com\//]), docker(), 'no error'],
  ['a foreign layer with a URL that is not allowed', urls([/^https:\/\/example\.org\//]), docker(), ['MANIFEST_INVALID']],
  ['a foreign layer with a denied URL', urls([], [/example/]), docker(), ['MANIFEST_INVALID']],
  ['a foreign layer with a URL that is not denied', urls([], [/elsewhere/]), docker(), 'no error'],
  ['a foreign layer with a URL allowed and denied', urls([/./], [/example/]), docker(), ['MANIFEST_INVALID']],
  ['a foreign layer where neither list is given', urls([]), docker(), ['MANIFEST_INVALID']],
  ['a missing foreign layer without URLs under Distribution’s rule', urls([/./]), foreign(), unknown(1)],
]

describe('a manifest', () => {
  test.each(cases)('with %s', async (_, rules, manifest, outcome) => {
    const { registry } = await stocked(rules)
    expect(await codeOf(pushManifest(registry, 'a', manifest, { as: 'new' }))).toEqual(outcome)
    const stored = await registry.manifests.get(a, { tag: tag('new') })
    expect(stored === undefined).toBe(outcome !== 'no error')
    if (outcome !== 'no error') expect(await registry.manifests.get(a, { digest: sha256(encode(manifest)) })).toBeUndefined()
  })

  test('that lacks something is told of each descriptor that it lacks', async () => {
    const { registry } = await stocked()
    const attempt = pushManifest(registry, 'a', image({ config: missing, layers: [present.layer, other] }))
    const failure: unknown = await attempt.catch(error => error)
    const details = failure instanceof AggregateError ? failure.errors.map(error => error.detail) : []
    expect(details).toEqual([{ digest: missing.digest }, { digest: other.digest }])
  })

  test('may name anything where validation is off', async () => {
    const { registry } = trial({ rules: undefined })
    await pushManifest(registry, 'a', image({ config: missing, layers: [other] }), { as: 'new' })
    expect(await registry.manifests.get(a, { tag: tag('new') })).toBeDefined()
  })

  test('says whether it has layers that need not be here', async () => {
    const { registry } = await stocked()
    expect(await pushManifest(registry, 'a', foreign())).toMatchObject({ nondistributable: true })
    expect(await pushManifest(registry, 'a', good)).toMatchObject({ nondistributable: false })
  })
})

const invalid: readonly [what: string, content: Json | Uint8Array, claimed?: string][] = [
  ['no bytes', bytes('')],
  ['no JSON', bytes('{"schemaVersion": 2')],
  ['bytes that are no UTF-8', Buffer.concat([encode(good).subarray(0, -1), Uint8Array.of(0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)])],
  ['a byte order mark', Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), encode(good)])],
  ['null', bytes('null')],
  ['a list', bytes('[]')],
  ['a number', bytes('2')],
  ['no schemaVersion', { ...good, schemaVersion: undefined }],
  ['schemaVersion 1', { ...good, schemaVersion: 1 }],
  ['schemaVersion as a string', { ...good, schemaVersion: '2' }],
  ['another mediaType than its Content-Type', good, mediaTypes.dockerManifest],
  ['a mediaType that is none of a manifest', { ...good, mediaType: layerType }],
  ['a Content-Type that is none of a manifest', { ...good, mediaType: undefined }, 'application/json'],
  ['a mediaType that is no string', { ...good, mediaType: 2 }],
  ['the fields of an index', { ...good, manifests: [] }],
  ['the fields of an image in an index', index([], { layers: [] })],
  ['no config', { ...good, config: undefined }],
  ['a config that is a string', { ...good, config: 'x' }],
  ['layers that are no list', { ...good, layers: {} }],
  ['a layer that is null', { ...good, layers: [null] }],
  ['a layer without a digest', { ...good, layers: [{ ...present.layer, digest: undefined }] }],
  ['a layer whose digest leads elsewhere', { ...good, layers: [{ ...present.layer, digest: 'sha256:../../../../etc/passwd' }] }],
  ['a layer whose digest is in upper case', { ...good, layers: [{ ...present.layer, digest: present.layer.digest.toUpperCase() }] }],
  ['a layer of md5', { ...good, layers: [{ ...present.layer, digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' }] }],
  ['a layer without a size', { ...good, layers: [{ ...present.layer, size: undefined }] }],
  ['a layer of a negative size', { ...good, layers: [{ ...present.layer, size: -1 }] }],
  ['a layer of half a byte', { ...good, layers: [{ ...present.layer, size: 0.5 }] }],
  ['a layer without a mediaType', { ...good, layers: [{ ...present.layer, mediaType: undefined }] }],
  ['URLs that are no list', { ...good, layers: [{ ...present.layer, urls: 'https://example.com' }] }],
  ['a URL that is no string', { ...good, layers: [{ ...present.layer, urls: [1] }] }],
  ['a subject that is no descriptor', { ...good, subject: { digest: '../../x' } }],
  ['annotations that are a list', { ...good, annotations: ['x'] }],
  ['an annotation that is no string', { ...good, annotations: { x: 1 } }],
  ['an artifactType that is no string', { ...good, artifactType: {} }],
  ['Docker’s schema 1', bytes('{"schemaVersion":1,"name":"a","tag":"x","fsLayers":[]}'), mediaTypes.dockerSchema1],
]

describe('MANIFEST_INVALID', () => {
  test.each(invalid)('is a manifest with %s', async (_, content, claimed) => {
    const { registry, driver } = await stocked()
    const before = await all(driver.list(''))
    const options = { as: 'new', ...(claimed === undefined ? {} : { mediaType: claimed }) }
    expect(await codeOf(pushManifest(registry, 'a', content, options))).toBe('MANIFEST_INVALID')
    expect(await all(driver.list(''))).toEqual(before)
  })
})

describe('a manifest that was pushed', () => {
  test('comes back byte for byte, by tag and by digest, in this process and in another', async () => {
    const { registry, another } = await stocked()
    const content = bytes(`  ${JSON.stringify(good, undefined, 3)}\n\n`)
    const { digest } = await pushManifest(registry, 'a', content, { as: 'v1' })
    for (const from of [registry, another()]) {
      for (const reference of [{ tag: tag('v1') }, { digest }]) {
        const stored = await from.manifests.get(a, reference)
        expect(Buffer.from(stored?.content ?? [])).toEqual(content)
        expect(stored).toMatchObject({ digest, mediaType: mediaTypes.ociManifest })
      }
    }
  })

  test.each([
    ['mediaType', image({ config: present.config, mediaType: mediaTypes.dockerManifest }), undefined, mediaTypes.dockerManifest],
    ['fields, an image', image({ config: present.config, mediaType: undefined }), undefined, mediaTypes.ociManifest],
    ['fields, an index', index([], { mediaType: undefined }), undefined, mediaTypes.ociIndex],
    ['list of Docker’s', index([], { mediaType: mediaTypes.dockerList }), mediaTypes.dockerList, mediaTypes.dockerList],
  ])('has in another process the media type of its %s', async (_, manifest, claimed, expected) => {
    const { registry, another } = await stocked()
    await pushManifest(registry, 'a', manifest, { as: 'v1', ...(claimed ? { mediaType: claimed } : {}) })
    for (const from of [registry, another()]) expect((await from.manifests.get(a, { tag: tag('v1') }))?.mediaType).toBe(expected)
  })

  test('by a digest that is not its own is refused', async () => {
    const { registry } = await stocked()
    for (const wrong of [sha256('x'), sha512('x')])
      expect(await codeOf(pushManifest(registry, 'a', good, { as: wrong }))).toBe('DIGEST_INVALID')
  })

  test('by digest can be given tags', async () => {
    const { registry } = await stocked()
    const { digest } = await pushManifest(registry, 'a', good, { tags: ['one', 'two'] })
    for (const each of ['one', 'two']) expect(await registry.tags.get(a, tag(each))).toBe(digest)
  })

  test('by sha512 is served by it and by its tags, and deleted by it with them', async () => {
    const { registry, another } = await stocked()
    const digest = sha512(encode(good))
    await pushManifest(registry, 'a', good, { as: digest, tags: ['v1'] })
    for (const from of [registry, another()]) {
      for (const reference of [{ tag: tag('v1') }, { digest }]) expect(await from.manifests.get(a, reference)).toMatchObject({ digest })
    }
    expect(await registry.manifests.delete(a, { digest })).toBeDefined()
    expect(await registry.manifests.get(a, { tag: tag('v1') })).toBeUndefined()
    expect(await registry.manifests.get(a, { digest })).toBeUndefined()
  })

  test('is of its own repository alone', async () => {
    const { registry } = await stocked()
    expect(await registry.manifests.get(name('b'), { digest: goodEntry.digest })).toBeUndefined()
    expect(await registry.manifests.delete(name('b'), { digest: goodEntry.digest })).toBeUndefined()
  })
})

describe('what is damaged in storage', () => {
  test.each(['', '{}', JSON.stringify({ ...good, annotations: { changed: 'yes' } })])(
    'such as a manifest whose bytes became %o is never served, counts as unknown, and is mended by whoever pushes it again',
    async damage => {
      const { registry, driver, another } = await stocked()
      await pushManifest(registry, 'a', good, { as: 'v1' })
      await driver.put(blobDataPath(goodEntry.digest), bytes(damage))
      const references = [{ tag: tag('v1') }, { digest: goodEntry.digest }]
      for (const reference of references) {
        await expect(another().manifests.get(a, reference)).rejects.toMatchObject({
          code: 'MANIFEST_UNKNOWN',
          message: expect.stringContaining('its bytes are damaged in the storage; pushing it again mends it'),
          cause: expect.any(DamagedManifest),
        })
      }
      await pushManifest(another(), 'a', good, { as: 'v1' })
      for (const reference of references) expect(await another().manifests.get(a, reference)).toMatchObject({ digest: goodEntry.digest })
    },
  )

  test('is read twice before it is believed to be', async () => {
    const { registry, driver, another } = await stocked()
    await pushManifest(registry, 'a', good, { as: 'v1' })
    let readings = 0
    const erring: typeof driver = {
      ...driver,
      async read(key, options) {
        const content = await driver.read(key, options)
        return key === blobDataPath(goodEntry.digest) && ++readings === 1 ? content?.subarray(1) : content
      },
    }
    expect(await another({ driver: erring }).manifests.get(a, { tag: tag('v1') })).toMatchObject({ digest: goodEntry.digest })
    expect(readings).toBe(2)
  })

  test('such as a manifest whose bytes are gone is unknown', async () => {
    const { registry, driver, another } = await stocked()
    await pushManifest(registry, 'a', good, { as: 'v1' })
    await driver.delete([blobDataPath(goodEntry.digest)])
    expect(await another().manifests.get(a, { tag: tag('v1') })).toBeUndefined()
  })

  test.each([
    [tagLinkPath(a, tag('v1')), { tag: tag('v1') }],
    [revisionLinkPath(a, goodEntry.digest), { digest: goodEntry.digest }],
  ])('such as garbage in the link %s is an error', async (key, reference) => {
    const { registry, driver, another } = await stocked()
    await pushManifest(registry, 'a', good, { as: 'v1' })
    await driver.put(key, bytes('garbage'))
    await expect(another().manifests.get(a, reference)).rejects.toThrow('holds no digest')
  })

  test('such as a link to another manifest does not give that one out under this digest', async () => {
    const { registry, driver, another } = await stocked()
    const { digest } = await pushImage(registry, 'a', 'another image')
    await driver.put(revisionLinkPath(a, goodEntry.digest), bytes(digest))
    await expect(another().manifests.get(a, { digest: goodEntry.digest })).rejects.toThrow('damaged')
  })
})

describe('delete', () => {
  test('of a tag takes the tag, and leaves the manifest and its other tags', async () => {
    const { registry } = await stocked()
    const { digest } = await pushManifest(registry, 'a', good, { tags: ['v1', 'v2'] })
    expect(await registry.manifests.delete(a, { tag: tag('v1') })).toEqual({ tags: ['v1'] })
    expect(await all(registry.tags.list(a, ''))).toEqual(['v2'])
    expect(await registry.manifests.get(a, { tag: tag('v1') })).toBeUndefined()
    expect(await registry.manifests.get(a, { digest })).toBeDefined()
  })

  test('of a tag leaves nothing under its name', async () => {
    const { registry, driver } = await stocked()
    await pushManifest(registry, 'a', good, { as: 'v1' })
    await pushImage(registry, 'a', 'another image', { as: 'v1' })
    await registry.manifests.delete(a, { tag: tag('v1') })
    const keys = (await all(driver.list(''))).flatMap(page => page.objects.map(({ key }) => key))
    expect(keys.filter(key => key.includes('/tags/'))).toEqual([])
  })

  test('of a manifest takes its tags, and only those', async () => {
    const { registry, another } = await stocked()
    const one = await pushImage(registry, 'a', 'one', { as: 'v1' })
    await pushManifest(registry, 'a', image({ config: present.config, layers: [descriptor('one')] }), { tags: ['v1', 'v1-x', 'v10'] })
    const two = await pushImage(registry, 'a', 'two', { as: 'v2' })
    // These named it once, and name another one now.
    for (const moved of ['moved', 'v10']) {
      await registry.tags.set(a, tag(moved), one.digest)
      await registry.tags.set(a, tag(moved), two.digest)
    }
    await registry.tags.set(name('b'), tag('v1'), one.digest)
    expect(await registry.manifests.delete(a, { digest: one.digest })).toEqual({ tags: ['v1', 'v1-x'] })
    for (const from of [registry, another()]) {
      expect(await all(from.tags.list(a, ''))).toEqual(['moved', 'v10', 'v2'])
      expect(await all(from.tags.list(name('b'), ''))).toEqual(['v1'])
      expect(await from.manifests.get(a, { digest: one.digest })).toBeUndefined()
      expect(await from.manifests.get(a, { tag: tag('moved') })).toMatchObject({ digest: two.digest })
    }
  })

  test('of what is not there says so', async () => {
    const { registry } = await stocked()
    expect(await registry.manifests.delete(a, { tag: tag('nowhere') })).toBeUndefined()
    expect(await registry.manifests.delete(a, { digest: sha256('nowhere') })).toBeUndefined()
    await registry.manifests.delete(a, { digest: goodEntry.digest })
    expect(await registry.manifests.delete(a, { digest: goodEntry.digest })).toBeUndefined()
  })

  test('of a manifest that is pushed again afterwards does not haunt it', async () => {
    const { registry } = await stocked()
    await registry.manifests.delete(a, { digest: goodEntry.digest })
    await pushManifest(registry, 'a', good, { as: 'v1' })
    expect(await registry.manifests.get(a, { digest: goodEntry.digest })).toBeDefined()
  })

  test('by another process is seen by this one', async () => {
    const { registry, another } = await stocked()
    await pushManifest(registry, 'a', good, { as: 'v1' })
    await registry.manifests.get(a, { tag: tag('v1') })
    await another().manifests.delete(a, { digest: goodEntry.digest })
    expect(await registry.manifests.get(a, { tag: tag('v1') })).toBeUndefined()
    expect(await registry.manifests.get(a, { digest: goodEntry.digest })).toBeUndefined()
  })
})

test('a manifest of a type that is not ours, in an existing storage, can be read and deleted', async () => {
  const { driver, registry } = trial()
  const content = encode({ schemaVersion: 2, mediaType: 'application/vnd.oci.artifact.manifest.v1+json' })
  const digest = sha256(content)
  await driver.put(blobDataPath(digest), content)
  await driver.put(revisionLinkPath(a, digest), Buffer.from(digest))

  const manifest = await registry.manifests.get(a, { digest })
  expect(manifest?.mediaType).toBe('application/vnd.oci.artifact.manifest.v1+json')
  expect(await registry.manifests.delete(a, { digest })).toBeDefined()
  expect(await registry.manifests.get(a, { digest })).toBeUndefined()
})
