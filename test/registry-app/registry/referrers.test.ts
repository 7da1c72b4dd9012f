import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { blobDataPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { all, bytes, sha256, sha512 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { type Described, descriptor, encode, image, index, type Json, name, pushManifest } from '../support/images.ts'
import { type Trial, trial } from '../support/registry.ts'

const a = name('a')
const subject = descriptor('a subject', mediaTypes.ociManifest)
const attachment = (fields: Json = {}) => image({ subject, ...fields })
const fallbackTag = subject.digest.replace(':', '-')
const open = () => trial({ rules: undefined })
const list = ({ registry }: Trial, digest = subject.digest) => all(registry.referrers.list(a, digest, ''))
const digests = async (opened: Trial) => (await list(opened)).map(({ digest }) => digest)

describe('a referrer', () => {
  test('is listed with its type, size and annotations, in this process and in another', async () => {
    const opened = open()
    const manifest = attachment({ artifactType: 'application/x-signature', annotations: { by: 'me' } })
    await pushManifest(opened.registry, 'a', manifest)
    const expected = {
      mediaType: mediaTypes.ociManifest,
      digest: sha256(encode(manifest)),
      size: encode(manifest).length,
      artifactType: 'application/x-signature',
      annotations: { by: 'me' },
    }
    expect(await list(opened)).toEqual([expected])
    expect(await all(opened.another().referrers.list(a, subject.digest, ''))).toEqual([expected])
  })

  const config = descriptor('{}', 'application/x-config')
  test.each<[string, Json, string | undefined]>([
    ['its artifactType', attachment({ artifactType: 'application/x-own', config }), 'application/x-own'],
    ['that of its config, where it has none', attachment({ config }), 'application/x-config'],
    ['that of its config, where its own is empty', attachment({ artifactType: '', config }), 'application/x-config'],
    ['an index’s artifactType', index([], { subject, artifactType: 'application/x-own' }), 'application/x-own'],
    ['none, of an index without', index([], { subject }), undefined],
  ])('has for its type %s', async (_, manifest, artifactType) => {
    const opened = open()
    await pushManifest(opened.registry, 'a', manifest)
    expect((await list(opened)).map(entry => entry.artifactType)).toEqual([artifactType])
  })

  test('need not have its subject there', async () => {
    const opened = open()
    expect(await pushManifest(opened.registry, 'a', attachment())).toMatchObject({ subject: subject.digest })
    expect(await list(opened)).toHaveLength(1)
  })

  test('is listed once, however often it is pushed', async () => {
    const opened = open()
    for (const as of ['one', 'two', 'one']) await pushManifest(opened.registry, 'a', attachment(), { as })
    expect(await list(opened)).toHaveLength(1)
  })

  test('is listed in its own repository and under its own subject alone', async () => {
    const opened = open()
    await pushManifest(opened.registry, 'a', attachment())
    expect(await all(opened.registry.referrers.list(name('a/b'), subject.digest, ''))).toEqual([])
    expect(await list(opened, sha256('another subject'))).toEqual([])
  })

  test('goes when its manifest is deleted, and the others stay', async () => {
    const opened = open()
    const one = await pushManifest(opened.registry, 'a', attachment({ annotations: { number: '1' } }))
    const two = await pushManifest(opened.registry, 'a', attachment({ annotations: { number: '2' } }))
    await opened.another().manifests.delete(a, { digest: one.digest })
    expect(await digests(opened)).toEqual([two.digest])
  })

  test.each([1, 3])('goes when Distribution deletes its manifest, which knows nothing of our entry: one of %i', async count => {
    for (const remote of [false, true]) {
      const driver = { ...memoryDriver({ now: () => new Date() }), remote }
      const opened = trial({ rules: undefined, driver })
      const pushed = []
      for (let number = 0; number < count; number += 1) {
        pushed.push(await pushManifest(opened.registry, 'a', attachment({ annotations: { number: `${number}` } })))
      }
      const [gone, ...others] = pushed.map(({ digest }) => digest)
      await driver.delete([revisionLinkPath(a, gone ?? subject.digest)])
      expect(await digests(opened)).toEqual(others.sort())
    }
  })

  test('by sha512, of a subject by sha512, is listed and goes', async () => {
    const opened = open()
    const theirs = { ...subject, digest: sha512('a subject') }
    const manifest = attachment({ subject: theirs })
    const digest = sha512(encode(manifest))
    await pushManifest(opened.registry, 'a', manifest, { as: digest })
    expect((await list(opened, theirs.digest)).map(entry => entry.digest)).toEqual([digest])
    await opened.registry.manifests.delete(a, { digest })
    expect(await list(opened, theirs.digest)).toEqual([])
  })
})

test.each([
  ['memory', async () => undefined],
  ['files', async () => driverOver(await temporaryFolder())],
])('of twenty that are attached at once, by two processes, all survive in %s, in order of their digests', async (_, driver) => {
  const opened = trial({ rules: undefined, ...(await driver().then(driver => (driver ? { driver } : {}))) })
  const registries = [opened.registry, opened.another()]
  const pushed = await Promise.all(
    Array.from({ length: 20 }, (_, count) =>
      pushManifest(registries[count % 2] ?? opened.registry, 'a', attachment({ annotations: { count: `${count}` } })),
    ),
  )
  expect(await digests(opened)).toEqual(pushed.map(({ digest }) => digest).sort())
})

describe('an existing bucket’s fallback tag', () => {
  /** A manifest as it lies in a bucket that an older registry wrote: no entry of ours knows of its subject. */
  async function lying({ driver }: Trial, manifest: Json | Uint8Array): Promise<Described> {
    const content = manifest instanceof Uint8Array ? manifest : encode(manifest)
    const digest = sha256(content)
    await driver.put(blobDataPath(digest), content)
    await driver.put(revisionLinkPath(a, digest), bytes(digest))
    return { mediaType: mediaTypes.ociManifest, digest, size: content.length }
  }

  test('gives what it lists and what was attached here, each once', async () => {
    const opened = open()
    const old = await lying(opened, attachment({ annotations: { is: 'old' }, artifactType: 'application/x-old' }))
    const both = await pushManifest(opened.registry, 'a', attachment({ annotations: { is: 'both' } }))
    const own = await pushManifest(opened.registry, 'a', attachment({ annotations: { is: 'own' } }))
    await pushManifest(opened.registry, 'a', index([old, both]), { as: fallbackTag })
    expect(await digests(opened)).toEqual([old.digest, both.digest, own.digest].sort())
    expect(await list(opened)).toContainEqual(
      expect.objectContaining({ digest: old.digest, artifactType: 'application/x-old', annotations: { is: 'old' } }),
    )
  })

  test('of a sha512 subject is cut to 64 digits', async () => {
    const opened = open()
    const theirs = { ...subject, digest: sha512('a subject') }
    const old = await lying(opened, attachment({ subject: theirs }))
    await pushManifest(opened.registry, 'a', index([old]), { as: theirs.digest.replace(':', '-').slice(0, 7 + 64) })
    expect((await list(opened, theirs.digest)).map(entry => entry.digest)).toEqual([old.digest])
  })

  const left: Readonly<Record<string, (opened: Trial) => Promise<Described>>> = {
    'has no subject': opened => lying(opened, image()),
    'has another subject': opened => lying(opened, attachment({ subject: descriptor('another') })),
    'is not there': async () => descriptor('nowhere', mediaTypes.ociManifest),
    'is a manifest of an old kind': opened => lying(opened, bytes('{"schemaVersion":1,"name":"a","tag":"x","fsLayers":[],"history":[]}')),
    'is of a type that we do not know': opened =>
      lying(opened, { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', artifactType: 'x', blobs: [], subject }),
    'is no JSON': opened => lying(opened, bytes('a blob that somebody listed')),
    'has a subject that is none': opened => lying(opened, attachment({ subject: { digest: 'x' } })),
  }

  test.each(Object.entries(left))('leaves out an entry that %s, and gives the others', async (_, make) => {
    const opened = open()
    const good = await lying(opened, attachment())
    await pushManifest(opened.registry, 'a', index([await make(opened), good]), { as: fallbackTag })
    expect(await digests(opened)).toEqual([good.digest])
  })

  test('that is no index lists nothing', async () => {
    const opened = open()
    await pushManifest(opened.registry, 'a', image(), { as: fallbackTag })
    expect(await list(opened)).toEqual([])
  })

  test('that names a damaged manifest is an error, not a shorter list', async () => {
    const opened = open()
    const old = await lying(opened, attachment())
    await opened.driver.put(blobDataPath(old.digest), encode(image()))
    await pushManifest(opened.registry, 'a', index([old]), { as: fallbackTag })
    await expect(list(opened)).rejects.toThrow('does not have the digest')
  })
})
