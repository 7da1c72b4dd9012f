import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { content, MiB } from '../../registry-app/support/bytes.ts'
import {
  configType,
  descriptor,
  encode,
  image,
  index,
  name,
  pushBlob,
  pushImage,
  pushManifest,
  tag,
} from '../../registry-app/support/images.ts'
import { blobBytes } from '../../registry-app/support/uploads.ts'
import { copy, startCopy } from './support/copy.ts'
import { type Loopback, loopback, type Rule } from './support/loopback.ts'

const digestAt = ({ registry }: Loopback, repository: string, of: string) => registry.tags.get(name(repository), tag(of))
const tagsAt = async ({ registry }: Loopback, repository: string) => Array.fromAsync(registry.tags.list(name(repository), ''))

/** An index of two images, each with a signature of its own, and one of the index. */
async function signedIndex({ registry }: Loopback, to: string, as: string) {
  const images = []
  for (const architecture of ['amd64', 'arm64']) {
    const { mediaType, digest, size } = await pushImage(registry, to, `${to} for ${architecture}`)
    images.push({ mediaType, digest, size, platform: { architecture, os: 'linux' } })
  }
  const whole = await pushManifest(registry, to, index(images), { as })
  const signatures = []
  for (const subject of [...images, { mediaType: mediaTypes.ociIndex, digest: whole.digest, size: whole.size }]) {
    const { mediaType, digest, size } = subject
    const config = await pushBlob(registry, to, '{}', configType)
    const layer = await pushBlob(registry, to, `signature of ${digest}`)
    const fields = { config, layers: [layer], subject: { mediaType, digest, size }, artifactType: 'application/vnd.example.signature' }
    signatures.push((await pushManifest(registry, to, image(fields))).digest)
  }
  return { whole, images, signatures }
}

describe('one image', () => {
  test('comes whole, byte for byte, with what refers to it and to its parts', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const { whole, images, signatures } = await signedIndex(from, 'team/app', 'v1')

    const { code, out, error } = await copy([`${from.host}/team/app:v1`, `${to.host}/other/app:v2`])

    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(out).toContain(`${from.host}/team/app:v1\tcopied to ${to.host}/other/app:v2\t`)
    expect(out).toContain('1 image copied')
    expect(await digestAt(to, 'other/app', 'v2')).toBe(whole.digest)
    const subjects = [...images, whole].map(({ digest }) => digest)
    const referrers = await Promise.all(subjects.map(digest => Array.fromAsync(to.registry.referrers.list(name('other/app'), digest, ''))))
    expect(referrers.flat().map(({ digest }) => digest)).toEqual(signatures)
  })

  test('that is there costs a HEAD on each side, and who refers to it', async () => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
    const pair = [`${from.host}/app:v1`, `${to.host}/app`]
    await copy(pair)
    from.asked()
    to.asked()

    const { code, out } = await copy([...pair, '--no-referrers'])

    expect(code).toBe(0)
    expect(out).toBe(`${from.host}/app:v1\tis there already\n0 images copied (0 blobs, 0 B); 1 there already; 0 failed\n`)
    expect(from.asked()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(to.asked()).toEqual(['HEAD /v2/app/manifests/v1'])
  })

  test('that was copied in part needs the rest alone', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const layers = [await pushBlob(from.registry, 'app', 'one'), await pushBlob(from.registry, 'app', 'two')]
    const config = await pushBlob(from.registry, 'app', '{}', configType)
    await pushManifest(from.registry, 'app', image({ config, layers }), { as: 'v1' })
    await pushBlob(to.registry, 'app', 'one')

    const { out } = await copy([`${from.host}/app:v1`, `${to.host}/app`])

    expect(out).toContain('2 blobs, 5 B, 1 there already')
    expect(to.asked(/^PUT .*uploads/)).toHaveLength(2)
  })

  test('for some platforms: one becomes an image, several an index of them', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const { images } = await signedIndex(from, 'app', 'v1')

    await copy([`${from.host}/app:v1`, `${to.host}/one:v1`, '--platform', 'linux/arm64'])
    await copy([`${from.host}/app:v1`, `${to.host}/two:v1`, '--platform', 'linux/arm64', 'linux/amd64'])
    const none = await copy([`${from.host}/app:v1`, `${to.host}/none:v1`, '--platform', 'windows/amd64'])

    expect(await digestAt(to, 'one', 'v1')).toBe(images[1]?.digest)
    const two = await digestAt(to, 'two', 'v1')
    const listed = await to.registry.manifests.get(name('two'), { digest: two ?? images[0]?.digest ?? 'sha256:' })
    expect(JSON.parse(Buffer.from(listed?.content ?? '').toString()).manifests.map(({ digest }: { digest: string }) => digest)).toEqual(
      images.map(({ digest }) => digest),
    )
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining('there is nothing for windows/amd64') })
  })

  test.each([
    ['by a name that is not there', (host: string) => `${host}/app:v9`, 'there is no such image'],
    ['in a repository that is not there', (host: string) => `${host}/none`, 'there is nothing to copy'],
  ])('%s ends with 1', async (_, address, says) => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
    expect(await copy([address(from.host), `${to.host}/app`])).toMatchObject({ code: 1, error: expect.stringContaining(says) })
  })
})

describe('many images', () => {
  test('all tags of a repository, or those like a pattern', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const as of ['v1', 'v2', 'latest']) await pushImage(from.registry, 'app', as, { as })

    await copy([`${from.host}/app`, `${to.host}/some`, '--tags', 'v*'])
    await copy([`${from.host}/app`, `${to.host}`])

    expect(await tagsAt(to, 'some')).toEqual(['v1', 'v2'])
    expect(await tagsAt(to, 'app')).toEqual(['latest', 'v1', 'v2'])
  })

  test('a whole registry, part of one, and that below another name', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const repository of ['team/a', 'team/b/c', 'other']) await pushImage(from.registry, repository, repository, { as: 'v1' })

    expect((await copy([from.host, to.host])).code).toBe(0)
    expect((await copy([`${from.host}/team/**`, `${to.host}/mirror/**`])).code).toBe(0)

    const names = await Array.fromAsync(to.registry.catalog.names(''))
    expect(names).toEqual(['mirror/a', 'mirror/b/c', 'other', 'team/a', 'team/b/c'])
  })

  test('what one repository of the target has is mounted in another', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const repository of ['a', 'b', 'c']) await pushImage(from.registry, repository, 'the same layer', { as: 'v1' })

    const { out } = await copy([from.host, to.host, '--jobs', '1'])

    expect(to.asked(/^PUT .*uploads/)).toHaveLength(2)
    expect(out).toContain('3 images copied (2 blobs, 16 B, 4 mounted)')
  })

  test('on one registry, nothing is sent at all', async () => {
    const both = await loopback()
    await pushImage(both.registry, 'a', 'a layer', { as: 'v1' })

    const { code } = await copy([`${both.host}/a:v1`, `${both.host}/b`])

    expect(code).toBe(0)
    expect(both.asked(/PUT .*uploads|GET .*blobs/)).toEqual([])
    expect(await digestAt(both, 'b', 'v1')).toBe(await digestAt(both, 'a', 'v1'))
  })

  test('what fails is named, and the rest comes', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const lost = await pushBlob(from.registry, 'app', 'to be lost')
    const config = await pushBlob(from.registry, 'app', '{}', configType)
    await pushManifest(from.registry, 'app', image({ config, layers: [lost] }), { as: 'bad' })
    await pushImage(from.registry, 'app', 'good', { as: 'good' })
    await from.registry.blobs.unlink(name('app'), lost.digest)

    const { code, error, out } = await copy([`${from.host}/app`, to.host])

    expect(code).toBe(1)
    expect(error).toContain(`${from.host}/app:bad\tFAILED\tGET http://${from.host}/v2/app/blobs/${lost.digest}: 404, BLOB_UNKNOWN`)
    expect(out).toContain('1 image copied')
    expect(await tagsAt(to, 'app')).toEqual(['good'])
  })

  test('a try changes nothing, and says what would be done', async () => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'a', 'a layer', { as: 'v1' })
    await pushImage(from.registry, 'b', 'a layer', { as: 'v1' })

    const { code, out } = await copy([from.host, to.host, '--dry-run', '--jobs', '1'])

    expect(code).toBe(0)
    expect(out).toContain('2 images would be copied (2 blobs, 9 B, 2 mounted); 0 there already; 0 failed')
    expect(to.asked(/^(PUT|POST|PATCH|DELETE)/)).toEqual([])
  })

  test('for programs: one document, with all images in it', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const { digest } = await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })

    const { out, error } = await copy([`${from.host}/app`, to.host, '--json'])

    expect(error).toBe('')
    expect(JSON.parse(out)).toMatchObject({
      copied: 1,
      failed: 0,
      sent: 2,
      bytes: 9,
      images: [{ from: `${from.host}/app:v1`, to: `${to.host}/app:v1`, outcome: 'copied', digest }],
    })
  })
})

describe('tags that the source has no more', () => {
  const twoTags = async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const as of ['v1', 'v2']) await pushImage(from.registry, 'app', as, { as })
    await pushImage(from.registry, 'gone', 'gone', { as: 'v1' })
    await copy([from.host, to.host])
    await from.registry.tags.delete(name('app'), tag('v1'))
    await from.registry.tags.delete(name('gone'), tag('v1'))
    return { from, to }
  }

  test('stay, unless somebody asks for the contrary', async () => {
    const { from, to } = await twoTags()
    await copy([from.host, to.host])
    expect(await tagsAt(to, 'app')).toEqual(['v1', 'v2'])

    const { code, out } = await copy([from.host, to.host, '--delete'])

    expect(code).toBe(0)
    expect(out).toContain('2 deleted')
    expect(await tagsAt(to, 'app')).toEqual(['v2'])
    expect(await tagsAt(to, 'gone')).toEqual([])
  })

  test('stay where the source has nothing at all, or cannot say what it has', async () => {
    const { from, to } = await twoTags()
    await from.registry.tags.delete(name('app'), tag('v2'))
    expect(await copy([from.host, to.host, '--delete'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('the source has no tags at all'),
    })
    from.behave(({ path }) => (path === '/v2/gone/tags/list' ? { status: 403 } : undefined))
    await pushImage(from.registry, 'app', 'v3', { as: 'v3' })
    const { error } = await copy([from.host, to.host, '--delete'])
    expect(error).toContain('not everything at the source could be listed')
    expect(await tagsAt(to, 'app')).toEqual(['v1', 'v2', 'v3'])
  })

  test.each([401, 403])('stay where the source does not list a repository that whoever signs in may see no more (%i)', async status => {
    const [from, to] = [await loopback(), await loopback()]
    for (const repository of ['app', 'team/app']) await pushImage(from.registry, repository, repository, { as: 'v1' })
    await copy([from.host, to.host])
    from.behave(({ path }) => {
      if (path.startsWith('/v2/_catalog')) return { status: 200, body: '{"repositories":["app"]}' }
      return path.startsWith('/v2/team/') ? { status } : undefined
    })
    const { code, error } = await copy([from.host, to.host, '--delete'])
    expect(error).toContain(`may not see whether ${from.host}/team/app is there`)
    expect(code).toBe(1)
    expect(await tagsAt(to, 'team/app')).toEqual(['v1'])
  })

  test('go with a repository that is called otherwise at the source', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const repository of ['team/app', 'team/gone']) await pushImage(from.registry, repository, repository, { as: 'v1' })
    await copy([`${from.host}/team/**`, `${to.host}/mirror/**`])
    await from.registry.repositories.delete(name('team/gone'))
    const asked: string[] = []
    from.behave(({ path }) => {
      asked.push(path)
      return undefined
    })
    const { code, error } = await copy([`${from.host}/team/**`, `${to.host}/mirror/**`, '--delete'])
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(asked).toContain('/v2/team/gone/tags/list')
    expect(await tagsAt(to, 'mirror/gone')).toEqual([])
    expect(await tagsAt(to, 'mirror/app')).toEqual(['v1'])
  })
})

test('a large layer passes in pieces', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const large = content(20 * MiB)
  const layer = await pushBlob(from.registry, 'app', large)
  const config = await pushBlob(from.registry, 'app', '{}', configType)
  await pushManifest(from.registry, 'app', encode(image({ config, layers: [layer] })), { as: 'v1' })

  expect((await copy([`${from.host}/app:v1`, to.host])).code).toBe(0)

  expect((await blobBytes(to.registry, 'app', layer.digest))?.equals(large)).toBe(true)
})

test('a copy that was interrupted goes on', async () => {
  const [from, to] = [await loopback(), await loopback()]
  for (const as of ['v1', 'v2', 'v3']) await pushImage(from.registry, 'app', as, { as })
  const running = startCopy([`${from.host}/app`, to.host, '--jobs', '1'])
  to.behave(({ method, path }) => {
    if (method === 'PUT' && path.endsWith('/manifests/v2')) running.end()
    return undefined
  })
  expect(await running.ended).toBe(1)
  expect(running.said.error).toContain('ended by the test; the same command goes on with what is left')
  to.behave()

  const { code, out } = await copy([`${from.host}/app`, to.host])

  expect(code).toBe(0)
  expect(out).toContain(':v1\tis there already')
  expect(await tagsAt(to, 'app')).toEqual(['v1', 'v2', 'v3'])
})

test('images by a digest, and one that is there by its digest gets the tag alone', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest } = await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })

  await copy([`${from.host}/app@${digest}`, `${to.host}/app`])
  expect(await tagsAt(to, 'app')).toEqual([])
  to.asked()
  await copy([`${from.host}/app:v1@${digest}`, `${to.host}/app`])

  expect(await digestAt(to, 'app', 'v1')).toBe(digest)
  expect(to.asked(/blobs/)).toEqual([])
})

test('one image brings the tags along that are called after its digest', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest } = await pushImage(from.registry, 'app', 'one', { as: 'v1' })
  const called = digest.replace(':', '-')
  for (const as of [`${called}.sig`, `${called}.att`, `sha256-${'0'.repeat(64)}.sig`]) await pushImage(from.registry, 'app', as, { as })

  expect((await copy([`${from.host}/app:v1`, to.host])).code).toBe(0)

  expect(await tagsAt(to, 'app')).toEqual([`${called}.att`, `${called}.sig`, 'v1'])
})

test('a target that sends clients elsewhere for a layer has it', async () => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'one', { as: 'v1' })
  const location = 'https://store.example/signed-for-get'
  to.behave(({ method, path }) => (method === 'HEAD' && path.includes('/blobs/') ? { status: 307, headers: { location } } : undefined))
  expect((await copy([`${from.host}/app:v1`, to.host])).error).toContain('MANIFEST_BLOB_UNKNOWN')
  expect(to.asked(/uploads/)).toEqual([])
})

test('an image of a kind that registries take no more is named, with what to do', async () => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'one', { as: 'v1' })
  const headers = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }
  const body = '{"schemaVersion":1,"name":"app","tag":"v1"}'
  from.behave(({ method, path }) => (method === 'GET' && path.includes('/manifests/') ? { status: 200, headers, body } : undefined))
  expect(await copy([`${from.host}/app:v1`, to.host])).toMatchObject({ code: 1, error: expect.stringContaining('docker gave up in 2019') })
})

test('what a signature with a tag is about comes along, also if it has none', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest, mediaType, size } = await pushImage(from.registry, 'app', 'without a tag')
  const config = await pushBlob(from.registry, 'app', '{}', configType)
  await pushManifest(from.registry, 'app', image({ config, subject: { digest, mediaType, size } }), { as: 'signature' })
  const alone = descriptor('nobody has this', mediaTypes.ociManifest)
  await pushManifest(from.registry, 'app', image({ config, subject: alone }), { as: 'alone' })

  expect((await copy([`${from.host}/app`, to.host])).code).toBe(0)

  expect(await to.registry.manifests.get(name('app'), { digest })).toBeDefined()
  expect(await tagsAt(to, 'app')).toEqual(['alone', 'signature'])
})

describe('a target that does not know referrers', () => {
  /** As Distribution answers: it stores what has a subject, and thinks nothing of it. */
  const ignorant: Rule = ({ path }) => (path.includes('/referrers/') ? { status: 404 } : undefined)

  test('gets their list under a tag, beside what is listed there, and a source like that is read by it', async () => {
    const [from, between, to] = [await loopback(), await loopback(ignorant, {}, ['oci-subject']), await loopback()]
    const { whole, signatures } = await signedIndex(from, 'app', 'v1')

    expect((await copy([`${from.host}/app:v1`, between.host])).code).toBe(0)
    expect((await copy([`${from.host}/app:v1`, between.host])).out).toContain('is there already')
    const tags = await tagsAt(between, 'app')
    expect(tags.filter(each => each.startsWith('sha256-'))).toHaveLength(3)

    expect((await copy([`${between.host}/app`, to.host])).code).toBe(0)
    const found = await Array.fromAsync(to.registry.referrers.list(name('app'), whole.digest, ''))
    expect(signatures).toContain(found[0]?.digest)
    expect(await tagsAt(to, 'app')).toEqual(['v1'])
  })
})
