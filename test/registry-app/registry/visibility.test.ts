import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { all } from '../support/bytes.ts'
import {
  codeOf,
  type Described,
  foreignLayerType,
  image,
  index,
  type Json,
  name,
  pushBlob,
  pushImage,
  pushManifest,
  tag,
} from '../support/images.ts'
import { type Trial, trial } from '../support/registry.ts'
import { remoteStore } from '../support/remote-store.ts'

/** What `theirs` holds: a layer, a config and an image. Whoever may only push to `mine` knows their digests. */
async function victim(open: Trial) {
  const { registry } = open
  const layer = await pushBlob(registry, 'theirs', 'a secret layer')
  const config = await pushBlob(registry, 'theirs', 'a secret config')
  const manifest = await pushImage(registry, 'theirs', 'a secret image', { as: 'secret' })
  return { layer, config, manifest }
}

type Victim = Awaited<ReturnType<typeof victim>>

/** Manifests that write another repository's digests down wherever a digest may stand. */
const attacks: Readonly<Record<string, (stolen: Victim, own: Described) => Json>> = {
  'as a layer': ({ layer }, config) => image({ config, layers: [layer] }),
  'as the config': ({ config }) => image({ config }),
  'as a manifest for a layer': ({ manifest }, config) => image({ config, layers: [manifest] }),
  'as a foreign layer': ({ layer }, config) => image({ config, layers: [{ ...layer, mediaType: foreignLayerType }] }),
  'as a foreign layer with URLs': ({ layer }, config) =>
    image({ config, layers: [{ ...layer, mediaType: foreignLayerType, urls: ['https://example.com/layer'] }] }),
  'as Docker’s foreign layer': ({ layer }, config) =>
    image({
      mediaType: mediaTypes.dockerManifest,
      config,
      layers: [{ ...layer, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', urls: ['https://example.com/layer'] }],
    }),
  'as a layer, and again as a foreign layer': ({ layer }, config) =>
    image({ config, layers: [layer, { ...layer, mediaType: foreignLayerType, urls: ['https://example.com/layer'] }] }),
  'as a foreign layer, and again as a layer': ({ layer }, config) =>
    image({ config, layers: [{ ...layer, mediaType: foreignLayerType, urls: ['https://example.com/layer'] }, layer] }),
  'as the config, and again as a foreign layer': ({ config }) =>
    image({ config, layers: [{ ...config, mediaType: foreignLayerType, urls: ['https://example.com/layer'] }] }),
  'as a foreign config': ({ config }) =>
    image({ config: { ...config, mediaType: foreignLayerType, urls: ['https://example.com/config'] } }),
  'as a layer with URLs': ({ layer }, config) => image({ config, layers: [{ ...layer, urls: ['https://example.com/layer'] }] }),
  'as many layers': ({ layer, config: stolen, manifest }, config) => image({ config, layers: [layer, stolen, manifest, layer] }),
  'as an index’s entry': ({ manifest }) => index([manifest]),
  'as an index’s entry that is no manifest': ({ layer }) => index([layer]),
  'as an index’s entry of a platform': ({ manifest }) => index([{ ...manifest, platform: { architecture: 'none', os: 'none' } }]),
  'as the subject': ({ manifest }, config) => image({ config, subject: manifest }),
  'as a subject that is a layer': ({ layer }, config) => image({ config, subject: layer }),
  'as an index’s subject': ({ manifest }) => index([], { subject: manifest }),
  'with data, as a layer': ({ layer }, config) =>
    image({ config, layers: [{ ...layer, data: Buffer.from('a secret layer').toString('base64') }] }),
  'with data, as the config': ({ config }) => image({ config: { ...config, data: Buffer.from('a secret config').toString('base64') } }),
}

/** By none of the ways that there are to a blob. */
async function expectNothingStolen(registry: Registry, { layer, config, manifest }: Victim) {
  const mine = name('mine')
  for (const { digest } of [layer, config, manifest]) {
    expect(await registry.blobs.stat(mine, digest)).toBeUndefined()
    expect(await registry.blobs.open(mine, digest)).toBeUndefined()
    expect(await registry.blobs.open(mine, digest, { range: { first: 0 } })).toBeUndefined()
    expect(await registry.blobs.locate(mine, digest)).not.toBeInstanceOf(URL)
    expect(await registry.blobs.mount(name('further'), digest, mine)).toBeUndefined()
    expect(await registry.manifests.get(mine, { digest })).toBeUndefined()
  }
}

const rules = {
  all: { platforms: 'all' },
  none: { platforms: 'none' },
  some: { platforms: [{ architecture: 'amd64', os: 'linux' }] },
  'all, with Distribution’s rule for URLs': { platforms: 'all', urls: { allow: [/^https:/], deny: [] } },
  'switched off': undefined,
} as const

describe.each(Object.entries(rules))('with validation of %s', (_, rules) => {
  test.each(Object.entries(attacks))('a manifest that names another repository’s digest %s makes nothing readable', async (_, attack) => {
    const opened = trial({ rules, driver: remoteStore() })
    const stolen = await victim(opened)
    const config = await pushBlob(opened.registry, 'mine', '{}')
    for (const as of ['attack', undefined]) {
      await pushManifest(opened.registry, 'mine', attack(stolen, config), as ? { as } : {}).catch(() => {})
    }
    // The process that took the manifest, one that did not, and one that would not have taken it.
    for (const registry of [opened.registry, opened.another(), opened.another({ rules: { platforms: 'all' } })]) {
      const accepted = await registry.manifests.get(name('mine'), { tag: tag('attack') })
      if (!rules) expect(accepted).toBeDefined()
      await expectNothingStolen(registry, stolen)
    }
  })

  test('a referrer of another repository’s manifest is listed in its own only', async () => {
    const opened = trial({ rules })
    const { manifest } = await victim(opened)
    const { registry } = opened
    await pushImage(registry, 'mine', 'an attachment', { fields: { subject: manifest } })
    expect(await all(registry.referrers.list(name('mine'), manifest.digest, ''))).toHaveLength(1)
    expect(await all(registry.referrers.list(name('theirs'), manifest.digest, ''))).toEqual([])
  })
})

test('a fallback tag that lists another repository’s manifest shows nothing of it', async () => {
  const { registry } = trial({ rules: undefined })
  const subject = await pushImage(registry, 'mine', 'a subject')
  const theirs = await pushImage(registry, 'theirs', 'an attachment', { fields: { subject, annotations: { secret: 'yes' } } })
  await pushManifest(registry, 'mine', index([theirs]), { as: subject.digest.replace(':', '-') })
  expect(await all(registry.referrers.list(name('mine'), subject.digest, ''))).toEqual([])
})

test('a manifest is no blob of its own repository', async () => {
  const { registry } = trial()
  const { digest } = await pushImage(registry, 'mine', 'an image')
  expect(await registry.blobs.stat(name('mine'), digest)).toBeUndefined()
})

describe('what is checked is what will be read', () => {
  /** Nothing in the JSON says what it is: its Content-Type does, once, and it is not kept. */
  const untyped: readonly [what: string, mediaType: string, content: (stolen: Victim) => Json][] = [
    ['an index with another repository’s config', mediaTypes.ociIndex, ({ config }) => ({ schemaVersion: 2, config })],
    ['a list with another repository’s config', mediaTypes.dockerList, ({ config }) => ({ schemaVersion: 2, config })],
    [
      'an index that has layers',
      mediaTypes.ociIndex,
      ({ config, layer }) => ({ schemaVersion: 2, config, layers: [layer], manifests: [] }),
    ],
    ['an image that has manifests', mediaTypes.ociManifest, ({ config }) => ({ schemaVersion: 2, config, manifests: null })],
    ['an index, which it says itself,', mediaTypes.ociIndex, ({ config }) => index([], { config })],
    [
      'an index without manifests, which it says itself,',
      mediaTypes.ociIndex,
      () => ({ schemaVersion: 2, mediaType: mediaTypes.ociIndex }),
    ],
  ]

  test.each(untyped)('%s, sent as %s, is refused', async (_, mediaType, content) => {
    const opened = trial()
    const stolen = await victim(opened)
    const attempt = pushManifest(opened.registry, 'mine', content(stolen), { as: 'attack', mediaType })
    expect(await codeOf(attempt)).toBe('MANIFEST_INVALID')
    const later = opened.another()
    expect(await later.manifests.get(name('mine'), { tag: tag('attack') })).toBeUndefined()
    await expectNothingStolen(later, stolen)
  })

  test('an index whose config is null has none', async () => {
    const { registry } = trial()
    expect(await pushManifest(registry, 'mine', index([], { config: null }))).toBeDefined()
  })
})
