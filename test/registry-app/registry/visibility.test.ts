import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import {
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

const rules = {
  all: { platforms: 'all' },
  none: { platforms: 'none' },
  some: { platforms: [{ architecture: 'amd64', os: 'linux' }] },
  'all, with Distribution’s rule for URLs': { platforms: 'all', urls: { allow: [/^https:/], deny: [] } },
  'switched off': undefined,
} as const

describe.each(Object.entries(rules))('with validation of %s', (_, rules) => {
  test.each(Object.entries(attacks))('a manifest that names another repository’s digest %s makes nothing readable', async (_, attack) => {
    const opened = trial({ rules })
    const stolen = await victim(opened)
    const config = await pushBlob(opened.registry, 'mine', '{}')
    for (const as of ['attack', undefined]) {
      await pushManifest(opened.registry, 'mine', attack(stolen, config), as ? { as } : {}).catch(() => {})
    }
    // The process that took the manifest, and one that did not.
    for (const registry of [opened.registry, opened.another()]) {
      const mine = name('mine')
      const accepted = await registry.manifests.get(mine, { tag: tag('attack') })
      if (!rules) expect(accepted).toBeDefined()
      for (const { digest } of [stolen.layer, stolen.config, stolen.manifest]) {
        expect(await registry.blobs.stat(mine, digest)).toBeUndefined()
        expect(await registry.blobs.open(mine, digest)).toBeUndefined()
        expect(await registry.blobs.mount(name('further'), digest, mine)).toBe(false)
        expect(await registry.manifests.get(mine, { digest })).toBeUndefined()
      }
    }
  })

  test('a referrer of another repository’s manifest is listed in its own only', async () => {
    const opened = trial({ rules })
    const { manifest } = await victim(opened)
    const { registry } = opened
    await pushImage(registry, 'mine', 'an attachment', { fields: { subject: manifest } })
    expect(await registry.referrers.list(name('mine'), manifest.digest)).toHaveLength(1)
    expect(await registry.referrers.list(name('theirs'), manifest.digest)).toEqual([])
  })
})

test('a fallback tag that lists another repository’s manifest shows nothing of it', async () => {
  const { registry } = trial({ rules: undefined })
  const subject = await pushImage(registry, 'mine', 'a subject')
  const theirs = await pushImage(registry, 'theirs', 'an attachment', { fields: { subject, annotations: { secret: 'yes' } } })
  await pushManifest(registry, 'mine', index([theirs]), { as: subject.digest.replace(':', '-') })
  expect(await registry.referrers.list(name('mine'), subject.digest)).toEqual([])
})

test('a manifest is no blob of its own repository', async () => {
  const { registry } = trial()
  const { digest } = await pushImage(registry, 'mine', 'an image')
  expect(await registry.blobs.stat(name('mine'), digest)).toBeUndefined()
})

test('a blob that was vouched for is gone from its repository once it is deleted', async () => {
  const { registry } = trial()
  const layer = await pushBlob(registry, 'mine', 'a layer')
  const config = await pushBlob(registry, 'mine', '{}')
  const { digest } = await pushManifest(registry, 'mine', image({ config, layers: [layer] }))
  await registry.manifests.get(name('mine'), { digest })
  await registry.blobs.unlink(name('mine'), layer.digest)
  expect(await registry.blobs.open(name('mine'), layer.digest)).toBeUndefined()
})
