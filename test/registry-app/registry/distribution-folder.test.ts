import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { all, sha256 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { image, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { blobBytes } from '../support/uploads.ts'

const layer = 'a layer that Distribution stored'
const config = '{"architecture":"amd64"}'
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: mediaTypes.dockerManifest,
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: sha256(config) },
  layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: sha256(layer) }],
})

/** The paths of Distribution's `registry/storage/paths.go`, written out here a second time: they are what is tested. */
const hex = (digest: Digest) => digest.slice('sha256:'.length)
const data = (digest: Digest) => `docker/registry/v2/blobs/sha256/${hex(digest).slice(0, 2)}/${hex(digest)}/data`
const repository = (name: string) => `docker/registry/v2/repositories/${name}`
const layerLink = (name: string, digest: Digest) => `${repository(name)}/_layers/sha256/${hex(digest)}/link`
const revisionLink = (name: string, digest: Digest) => `${repository(name)}/_manifests/revisions/sha256/${hex(digest)}/link`
const currentLink = (name: string, tag: string) => `${repository(name)}/_manifests/tags/${tag}/current/link`
const indexLink = (name: string, tag: string, digest: Digest) =>
  `${repository(name)}/_manifests/tags/${tag}/index/sha256/${hex(digest)}/link`

async function laidOut(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

const existing = {
  [data(sha256(layer))]: layer,
  [data(sha256(config))]: config,
  [data(sha256(manifest))]: manifest,
  [layerLink('library/alpine', sha256(layer))]: sha256(layer),
  [layerLink('library/alpine', sha256(config))]: sha256(config),
  [revisionLink('library/alpine', sha256(manifest))]: sha256(manifest),
  [currentLink('library/alpine', '3.20')]: sha256(manifest),
  [indexLink('library/alpine', '3.20', sha256(manifest))]: sha256(manifest),
}

describe('a folder that Distribution laid out', () => {
  test('is served: from the catalog to the tag, the manifest, the config and the layer', async () => {
    const { registry } = trial({ driver: driverOver(await laidOut(existing)) })
    expect(await all(registry.catalog.names(''))).toEqual(['library/alpine'])
    const alpine = name('library/alpine')
    expect(await all(registry.tags.list(alpine, ''))).toEqual(['3.20'])
    const stored = await registry.manifests.get(alpine, { tag: tag('3.20') })
    expect(stored).toMatchObject({ digest: sha256(manifest), mediaType: mediaTypes.dockerManifest })
    expect(Buffer.from(stored?.content ?? []).toString()).toBe(manifest)
    expect((await blobBytes(registry, 'library/alpine', sha256(config)))?.toString()).toBe(config)
    expect((await blobBytes(registry, 'library/alpine', sha256(layer)))?.toString()).toBe(layer)
  })

  test('takes a deletion of what it holds', async () => {
    const folder = await laidOut(existing)
    const { registry } = trial({ driver: driverOver(folder) })
    expect(await registry.manifests.delete(name('library/alpine'), { digest: sha256(manifest) })).toBeDefined()
    expect(await all(registry.tags.list(name('library/alpine'), ''))).toEqual([])
    // As Distribution does it: the data goes in garbage collection.
    expect(await readFile(join(folder, data(sha256(manifest))), 'utf8')).toBe(manifest)
  })

  test('takes new images on old layers', async () => {
    const { registry } = trial({ driver: driverOver(await laidOut(existing)) })
    expect(await registry.blobs.mount(name('mine'), sha256(layer), name('library/alpine'))).toBeDefined()
    const config = await pushBlob(registry, 'mine', '{}')
    const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(layer), size: layer.length }]
    await pushManifest(registry, 'mine', image({ config, layers }), { as: 'v1' })
    expect(await registry.manifests.get(name('mine'), { tag: tag('v1') })).toBeDefined()
  })
})

test('what is pushed here lies exactly where Distribution looks, with the bytes that it reads there', async () => {
  const folder = await temporaryFolder()
  const { registry } = trial({ driver: driverOver(folder) })
  await pushBlob(registry, 'library/alpine', layer)
  await pushBlob(registry, 'library/alpine', config)
  await pushManifest(registry, 'library/alpine', Buffer.from(manifest), { as: '3.20' })

  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files: Record<string, string> = {}
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files[path.slice(folder.length + 1)] = await readFile(path, 'utf8')
  }
  expect(files).toEqual(existing)
})
