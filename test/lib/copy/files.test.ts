import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { content } from '../../registry-app/support/bytes.ts'
import { configType, image, index, name, pushBlob, pushImage, pushManifest, tag } from '../../registry-app/support/images.ts'
import { blobBytes } from '../../registry-app/support/uploads.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { copy } from './support/copy.ts'
import { type Loopback, loopback } from './support/loopback.ts'
import { type Entry, tar } from './support/tar.ts'

const digestAt = ({ registry }: Loopback, repository: string, of: string) => registry.tags.get(name(repository), tag(of))
const path = (file: string) => join(temporaryFolder(), file)

/** Two tags, one of them an index of two images, with a signature. */
async function filled() {
  const from = await loopback()
  const { registry } = from
  const images = []
  for (const architecture of ['arm64', 'amd64']) {
    const { mediaType, digest, size } = await pushImage(registry, 'app', architecture)
    images.push({ mediaType, digest, size, platform: { architecture, os: 'linux' } })
  }
  const whole = await pushManifest(registry, 'app', index(images), { as: 'v1' })
  const config = await pushBlob(registry, 'app', '{}', configType)
  const subject = { mediaType: mediaTypes.ociIndex, digest: whole.digest, size: whole.size }
  const signature = await pushManifest(registry, 'app', image({ config, layers: [], subject, artifactType: 'application/vnd.example.sig' }))
  const other = await pushImage(registry, 'app', 'another', { as: 'v2' })
  return { from, whole, signature, other }
}

describe.each(['oci', 'oci-archive', 'docker-archive'])('%s:', kind => {
  test('there and back, images are what they were', async () => {
    const { from, whole, signature, other } = await filled()
    const file = `${kind}:${path('images')}`
    const to = await loopback()

    expect(await copy([`${from.host}/app`, file])).toMatchObject({ code: 0, error: '' })
    expect(await copy([file, `${to.host}/back`])).toMatchObject({ code: 0, error: '' })

    expect(await digestAt(to, 'back', 'v1')).toBe(whole.digest)
    expect(await digestAt(to, 'back', 'v2')).toBe(other.digest)
    expect((await Array.fromAsync(to.registry.referrers.list(name('back'), whole.digest, ''))).map(({ digest }) => digest)).toEqual([
      signature.digest,
    ])
  })

  test('one of its images, under another tag', async () => {
    const { from, other } = await filled()
    const file = `${kind}:${path('images')}`
    await copy([`${from.host}/app`, file])
    const to = await loopback()

    await copy([`${file}:v2`, `${to.host}/back:new`])

    expect(await Array.fromAsync(to.registry.tags.list(name('back'), ''))).toEqual(['new'])
    expect(await digestAt(to, 'back', 'new')).toBe(other.digest)
    expect(await copy([`${file}:v9`, `${to.host}/back`])).toMatchObject({
      code: 2,
      error: expect.stringContaining('has no image v9 in it'),
    })
  })

  test('of which a byte has changed is refused', async () => {
    const { from } = await filled()
    const file = path('images')
    await copy([`${from.host}/app:v2`, `${kind}:${file}`, '--no-referrers'])
    damage(kind, file)
    const to = await loopback()

    const { code, error } = await copy([`${kind}:${file}`, `${to.host}/back`])

    expect(code).toBe(1)
    expect(error).toContain('does not have the digest')
    expect(await digestAt(to, 'back', 'v2')).toBeUndefined()
  })
})

/** The layer says `another`. */
function damage(kind: string, file: string): void {
  const change = (bytes: Buffer) => {
    const at = bytes.indexOf('another')
    if (at >= 0) bytes.write('onother', at)
    return bytes
  }
  if (kind !== 'oci') writeFileSync(file, change(readFileSync(file)))
  if (kind !== 'oci') return
  const folder = join(file, 'blobs/sha256')
  for (const blob of readdirSync(folder)) writeFileSync(join(folder, blob), change(readFileSync(join(folder, blob))))
}

test('a folder goes on with what it has, and gets an image beside another', async () => {
  const { from, other } = await filled()
  const folder = path('layout')
  await copy([`${from.host}/app:v1`, `oci:${folder}`])
  const { out } = await copy([`${from.host}/app:v2`, `oci:${folder}`])
  expect(out).toContain('1 blob, 7 B, 1 there already')
  expect(JSON.parse(readFileSync(join(folder, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' })
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
  expect(manifests).toContainEqual({
    mediaType: mediaTypes.ociManifest,
    digest: other.digest,
    size: other.size,
    annotations: { 'org.opencontainers.image.ref.name': 'v2' },
  })
})

test('an archive appears when it is whole, and what was there stays until then', async () => {
  const { from, other } = await filled()
  const file = path('images.tar')
  writeFileSync(file, 'what was there')
  from.behave(({ method, path }) => (method === 'GET' && path.includes('/blobs/') ? { status: 404 } : undefined))

  expect((await copy([`${from.host}/app:v2`, `docker-archive:${file}`])).code).toBe(1)

  expect(other).toBeDefined()
  expect(readFileSync(file, 'utf8')).toBe('what was there')
  expect(existsSync(`${file}.part`)).toBe(false)
})

test('an archive of docker’s names images so that docker load knows them, and old engines get one of several', async () => {
  const { from } = await filled()
  const file = path('images.tar')
  await copy([`${from.host}/app:v1`, `docker-archive:${file}:registry.example/app:v1`])
  const [entry] = JSON.parse(/\[\{"Config".*?\}\]/.exec(readFileSync(file, 'latin1'))?.[0] ?? '[]')
  expect(entry).toMatchObject({ RepoTags: ['registry.example/app:v1'], Layers: [expect.stringMatching(/^blobs\/sha256\//)] })
})

describe('an archive of docker save, before docker 25', () => {
  const layer = content(300_000)
  const [first, second] = [tar([{ name: 'etc/one', content: layer }]), tar([{ name: 'etc/two', content: 'two' }])]
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [first, second].map(each => `sha256:${createHash('sha256').update(each).digest('hex')}`) },
  })
  const entries = (more: Partial<Record<'manifest.json', unknown>> = {}): readonly Entry[] => [
    { name: 'one/layer.tar', content: first },
    { name: 'two/layer.tar', content: second },
    { name: 'three/layer.tar', type: '2', link: '../one/layer.tar' },
    { name: 'abc.json', content: config },
    {
      name: 'manifest.json',
      content: JSON.stringify(
        more['manifest.json'] ?? [
          {
            Config: 'abc.json',
            RepoTags: ['team/app:v1', 'team/app:latest'],
            Layers: ['one/layer.tar', 'two/layer.tar', 'three/layer.tar'],
          },
        ],
      ),
    },
  ]
  const archive = (content: Buffer) => {
    const file = path('save.tar')
    writeFileSync(file, content)
    return `docker-archive:${file}`
  }

  test('becomes an image with its layers compressed, each time the same', async () => {
    const to = await loopback()
    const file = archive(tar(entries()))

    expect(await copy([file, `${to.host}/app`])).toMatchObject({ code: 0, error: '' })
    const again = await copy([file, `${to.host}/app`])

    expect(again.out).toContain('0 images copied (0 blobs, 0 B); 2 there already')
    expect(await Array.fromAsync(to.registry.tags.list(name('app'), ''))).toEqual(['latest', 'v1'])
    const stored = await to.registry.manifests.get(name('app'), { tag: tag('v1') })
    const { layers, config: described } = JSON.parse(Buffer.from(stored?.content ?? '').toString())
    expect(layers).toHaveLength(3)
    expect(layers[2]).toEqual(layers[0])
    const blobs = await Promise.all([layers[0], layers[1]].map(({ digest }) => blobBytes(to.registry, 'app', digest)))
    expect(blobs.map(blob => gunzipSync(blob ?? '').length)).toEqual([first.length, second.length])
    expect((await blobBytes(to.registry, 'app', described.digest))?.toString()).toBe(config)
  })

  test('keeps layers that are compressed already', async () => {
    const to = await loopback()
    const zipped = gzipSync(second)
    const images = [{ Config: 'abc.json', RepoTags: null, Layers: ['two/layer.tar.gz'] }]
    const file = archive(tar([...entries({ 'manifest.json': images }), { name: 'two/layer.tar.gz', content: zipped }]))

    expect((await copy([file, `${to.host}/app`])).error).toContain('an image without a tag: say at the target')
    expect((await copy([file, `${to.host}/app:v1`])).code).toBe(0)

    const digest = createHash('sha256').update(zipped).digest('hex')
    expect((await blobBytes(to.registry, 'app', `sha256:${digest}`))?.equals(zipped)).toBe(true)
  })

  test.each([
    ['that names no image', archiveOf => archiveOf(tar([{ name: 'x' }])), 'neither an index.json nor a manifest.json', 2],
    ['that is compressed', archiveOf => archiveOf(gzipSync(tar(entries()))), 'it is compressed; gunzip it first', 2],
    ['of nonsense', archiveOf => archiveOf(tar(entries({ 'manifest.json': { a: 1 } }))), 'cannot be read', 2],
    [
      'that names files outside it',
      archiveOf => archiveOf(tar(entries({ 'manifest.json': [{ Config: '../../etc/passwd', RepoTags: ['a:b'], Layers: [] }] }))),
      'has no ../../etc/passwd in it',
      1,
    ],
    [
      'in which two images have one tag',
      archiveOf =>
        archiveOf(
          tar(entries({ 'manifest.json': ['a', 'b'].map(each => ({ Config: 'abc.json', RepoTags: [`${each}:v1`], Layers: [] })) })),
        ),
      'has several images with the tag v1',
      2,
    ],
  ] satisfies [string, (archiveOf: typeof archive) => string, string, number][])('%s is refused', async (_, make, says, code) => {
    const to = await loopback()
    expect(await copy([make(archive), `${to.host}/app`])).toMatchObject({ code, error: expect.stringContaining(says) })
  })

  test('of several images gives the one that is named', async () => {
    const to = await loopback()
    const images = ['a', 'b'].map(each => ({ Config: 'abc.json', RepoTags: [`${each}:v1`], Layers: each === 'a' ? [] : ['two/layer.tar'] }))
    const file = archive(tar(entries({ 'manifest.json': images })))
    expect((await copy([`${file}:b:v1`, `${to.host}/app`])).code).toBe(0)
    const stored = await to.registry.manifests.get(name('app'), { tag: tag('v1') })
    expect(JSON.parse(Buffer.from(stored?.content ?? '').toString()).layers).toHaveLength(1)
  })
})

test('an index.json that leads outside its folder leads nowhere', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  const manifests = [{ mediaType: mediaTypes.ociManifest, digest: 'sha256:../../../../etc/passwd', size: 1 }]
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  const to = await loopback()
  expect(await copy([`oci:${folder}`, `${to.host}/app`])).toMatchObject({ code: 2, error: expect.stringContaining('cannot be read') })
  rmSync(folder, { recursive: true })
})
