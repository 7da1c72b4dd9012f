import { expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { content, MiB } from '../../registry-app/support/bytes.ts'
import { configType, image, name, pushBlob, pushImage, pushManifest, tag } from '../../registry-app/support/images.ts'
import { blobBytes } from '../../registry-app/support/uploads.ts'
import { copyWaiting } from './support/copy.ts'
import { type Loopback, loopback, type Rule } from './support/loopback.ts'

const large = content(3 * MiB)

async function withLargeLayer({ registry }: Loopback) {
  const layer = await pushBlob(registry, 'app', large)
  const config = await pushBlob(registry, 'app', '{}', configType)
  await pushManifest(registry, 'app', image({ config, layers: [layer] }), { as: 'v1' })
  return layer
}

/** The first so many requests that match get this in place of an answer. */
function first(count: number, pattern: RegExp, instead: ReturnType<Rule>): Rule {
  let left = count
  return ({ method, path }) => (pattern.test(`${method} ${path}`) && left-- > 0 ? instead : undefined)
}

test.each<[string, 'from' | 'to', Rule]>([
  ['a source that has too many requests', 'from', first(3, /GET .*manifests/, { status: 429 })],
  ['a source that breaks off before it answers', 'from', first(2, /GET .*blobs/, 'break')],
  ['a source that breaks off within a layer', 'from', first(3, /GET .*blobs/, 1_000_000)],
  ['a target that breaks off', 'to', first(2, /(PUT|POST) .*uploads/, 'break')],
  ['a target that is unwell', 'to', first(4, /PUT/, { status: 503 })],
  ['a target behind a proxy whose server is away', 'to', first(2, /^(?!GET \/v2\/$)/, { status: 502, body: '<html>' })],
])('%s is asked again', async (_, side, rule) => {
  const sides = { from: await loopback(), to: await loopback() }
  const layer = await withLargeLayer(sides.from)
  sides[side].behave(rule)

  const { code, error } = await copyWaiting([`${sides.from.host}/app:v1`, sides.to.host])

  expect({ code, error }).toEqual({ code: 0, error: '' })
  expect((await blobBytes(sides.to.registry, 'app', layer.digest))?.equals(large)).toBe(true)
})

test('what was read of a layer is not read again', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const layer = await withLargeLayer(from)
  const ranges: (string | undefined)[] = []
  from.behave(({ method, path, headers }) => {
    if (method !== 'GET' || !path.endsWith(layer.digest)) return undefined
    ranges.push(headers.range)
    return ranges.length < 3 ? 1_000_000 : undefined
  })

  expect((await copyWaiting([`${from.host}/app:v1`, to.host])).code).toBe(0)

  expect(ranges).toEqual([undefined, 'bytes=1000000-', 'bytes=2000000-'])
  expect(to.asked(/^PUT .*uploads/)).toHaveLength(2)
})

test('whoever asks to be left in peace is, for so long', async () => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  from.behave(first(1, /HEAD/, { status: 429, headers: { 'retry-after': '77' } }))

  const { waited } = await copyWaiting([`${from.host}/app:v1`, to.host])

  expect(waited).toEqual([77_000])
})

test('whoever asks for a day of peace ends it', async () => {
  const [from, to] = [await loopback(), await loopback()]
  from.behave(first(9, /HEAD/, { status: 429, headers: { 'retry-after': '86400' }, body: '' }))

  const { code, error, waited } = await copyWaiting([`${from.host}/app:v1`, to.host])

  expect({ code, waited }).toEqual({ code: 1, waited: [] })
  expect(error).toContain('it asks to be left in peace for 24h')
})

test('what goes on failing ends, after waits that grow', async () => {
  const [from, to] = [await loopback(), await loopback()]
  from.behave(({ method }) => (method === 'HEAD' ? { status: 500 } : undefined))

  const { code, waited } = await copyWaiting([`${from.host}/app:v1`, to.host])

  expect(code).toBe(1)
  expect(waited).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000])
})

test('wrong bytes are never there, and are no reason to ask again', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const layer = await withLargeLayer(from)
  const wrong = Buffer.from(large)
  wrong[1_234_567] = 1
  from.behave(({ method, path }) => (method === 'GET' && path.endsWith(layer.digest) ? { status: 200, body: wrong } : undefined))

  const { code, error } = await copyWaiting([`${from.host}/app:v1`, to.host])

  expect(code).toBe(1)
  expect(error).toContain(`does not have the digest ${layer.digest}`)
  expect(from.asked(/GET .*blobs/).filter(line => line.endsWith(layer.digest))).toHaveLength(1)
  expect(await to.registry.tags.get(name('app'), tag('v1'))).toBeUndefined()
  expect(await blobBytes(to.registry, 'app', layer.digest)).toBeUndefined()
})

test('a manifest that is another than its digest says is not taken', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest } = await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  const other = JSON.stringify(image())
  from.behave(({ method, path }) =>
    method === 'GET' && path.includes('/manifests/')
      ? {
          status: 200,
          headers: { 'docker-content-digest': digest, 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
          body: other,
        }
      : undefined,
  )

  const { code, error } = await copyWaiting([`${from.host}/app:v1`, to.host])

  expect(code).toBe(1)
  expect(error).toContain(`the bytes are not those of ${digest}`)
})

test('a registry that leads in circles, or answers no list, is left', async () => {
  const [from, to] = [await loopback(), await loopback()]
  from.behave(({ path }) =>
    path === '/v2/_catalog'
      ? { status: 200, headers: { link: '</v2/_catalog?n=1000>; rel="next"' }, body: '{"repositories":[]}' }
      : undefined,
  )
  expect((await copyWaiting([from.host, to.host])).error).toContain('lead in a circle')
  from.behave(({ path }) => (path === '/v2/_catalog' ? { status: 200, body: '<html>' } : undefined))
  expect((await copyWaiting([from.host, to.host])).error).toContain('is no list of repositories')
})

test('what is said to refer to itself keeps nobody for ever', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest, size } = await pushImage(from.registry, 'app', 'one', { as: 'v1' })
  const other = await pushImage(from.registry, 'app', 'two', { as: 'v2' })
  const manifests = [
    { mediaType: mediaTypes.ociManifest, digest, size },
    { mediaType: mediaTypes.ociManifest, digest: other.digest, size: other.size },
  ]
  const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })
  from.behave(({ path }) => (path.includes('/referrers/') ? { status: 200, body } : undefined))
  expect((await copyWaiting([`${from.host}/app`, to.host])).code).toBe(0)
})

test('nothing that a registry says moves the cursor of a terminal', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const errors = [{ code: 'DENIED', message: 'no\u001b[2J\nreally' }]
  from.behave(({ method }) => (method === 'HEAD' ? undefined : { status: 403, body: JSON.stringify({ errors }) }))
  await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  expect((await copyWaiting([`${from.host}/app:v1`, to.host])).error).toContain('403, DENIED no [2J really')
})

test('a source that lists what is no tag leads to no other repository of the target', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest } = await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  await pushImage(from.registry, 'other', 'a layer of somebody else', { as: 'latest' })
  const tags = ['v1', '../../other/manifests/latest']
  from.behave(({ path }) => (path.endsWith('/tags/list') ? { status: 200, body: JSON.stringify({ name: 'app', tags }) } : undefined))

  expect((await copyWaiting([`${from.host}/app`, to.host])).code).toBe(0)

  expect(await to.registry.tags.get(name('app'), tag('v1'))).toBe(digest)
  expect(await to.registry.tags.get(name('other'), tag('latest'))).toBeUndefined()
})
