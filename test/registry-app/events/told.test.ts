import { describe, expect, test } from 'vitest'
import type { Circumstances, Happening } from '../../../registry-app/src/events/happening.ts'
import { locator } from '../../../registry-app/src/http/locate.ts'
import { type Call, type TrialServer, trialServer } from '../http/support/trial-server.ts'
import { bytes, sha256, sha512 } from '../support/bytes.ts'
import { descriptor, encode, image, name, pushBlob, pushImage } from '../support/images.ts'
import { remoteStore } from '../support/remote-store.ts'

interface Heard {
  readonly happening: Happening
  readonly circumstances: Circumstances
}

/** A server, and what it tells of the calls made to it. */
async function listening(
  options: Parameters<typeof trialServer>[0] = {},
): Promise<TrialServer & { heard: (call: Call) => Promise<Heard[]> }> {
  const all: Heard[] = []
  const hear = (happening: Happening, circumstances: Circumstances) => void all.push({ happening, circumstances })
  const locate = locator({ prefix: '', relativeurls: false })
  const server = await trialServer({ ...options, pipeline: { told: { pulls: hear, writes: hear, locate } } })
  return {
    ...server,
    async heard(call) {
      all.length = 0
      const answer = await server.call(call)
      expect(answer.status).toBeLessThan(400)
      return [...all]
    },
  }
}

const happenings = (heard: readonly Heard[]) => heard.map(({ happening: { content: _, ...rest } }) => rest)
const layer = bytes('a layer')
const digest = sha256(layer)
const config = descriptor('{}', 'application/vnd.oci.image.config.v1+json')
const manifest = encode(image({ config }))
const mediaType = 'application/vnd.oci.image.manifest.v1+json'
const pushed = { action: 'push', object: 'manifest', name: 'a', digest: sha256(manifest), mediaType, size: manifest.length }
const blob = { object: 'blob', name: 'a', digest, size: layer.length }

describe('a blob', () => {
  test('that came by one POST is told as a push, with its size', async () => {
    const { heard } = await listening()
    const call = { method: 'POST', path: `/v2/a/blobs/uploads/?digest=${digest}`, body: layer }
    expect(happenings(await heard(call))).toEqual([{ action: 'push', ...blob }])
  })

  test.each([['stream', {}] as const, ['chunk', { 'content-range': `0-${layer.length - 1}` }] as const])(
    'that came as a %s is told at its end, once',
    async (_, headers) => {
      const { heard, call } = await listening()
      const { location = '' } = (await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })).headers
      const patched = await call({ method: 'PATCH', path: location, body: layer, headers })
      const end = { method: 'PUT', path: `${patched.headers.location}&digest=${digest}` }
      expect(happenings(await heard(end))).toEqual([{ action: 'push', ...blob }])
    },
  )

  test('that was begun is no happening yet', async () => {
    const { heard } = await listening()
    expect(await heard({ method: 'POST', path: '/v2/a/blobs/uploads/' })).toEqual([])
  })

  test('that was mounted is told with where it came from', async () => {
    const { heard, registry } = await listening()
    await pushBlob(registry, 'source', layer)
    const call = { method: 'POST', path: `/v2/a/blobs/uploads/?mount=${digest}&from=source` }
    expect(happenings(await heard(call))).toEqual([{ action: 'mount', ...blob, from: 'source' }])
  })

  test.each(['GET', 'HEAD'])('that was pulled by %s is told', async method => {
    const { heard, registry } = await listening()
    await pushBlob(registry, 'a', layer)
    expect(happenings(await heard({ method, path: `/v2/a/blobs/${digest}` }))).toEqual([{ action: 'pull', ...blob }])
  })

  test.each([
    ['whose size is known', digest],
    ['whose size nobody here knows', sha512(layer)],
  ])('that the store serves is told too: one %s', async (_, asked) => {
    const { heard, registry, another } = await listening({ registry: { driver: remoteStore() } })
    await another().uploads.store(name('a'), asked, { pieces: [layer] as unknown as AsyncIterable<Uint8Array> })
    if (asked === digest) await pushBlob(registry, 'a', layer)
    expect(happenings(await heard({ path: `/v2/a/blobs/${asked}` }))).toEqual([{ action: 'pull', ...blob, digest: asked }])
  })

  test('that was deleted is told', async () => {
    const { heard, registry } = await listening()
    await pushBlob(registry, 'a', layer)
    const call = { method: 'DELETE', path: `/v2/a/blobs/${digest}` }
    expect(happenings(await heard(call))).toEqual([{ action: 'delete', object: 'blob', name: 'a', digest }])
  })
})

describe('a manifest', () => {
  test('that was pushed under a tag is told with it, and with its bytes', async () => {
    const { heard, registry } = await listening()
    await pushBlob(registry, 'a', '{}')
    const told = await heard({ method: 'PUT', path: '/v2/a/manifests/v1', body: manifest })
    expect(happenings(told)).toEqual([{ ...pushed, tag: 'v1' }])
    expect(Buffer.from(told[0]?.happening.content ?? '')).toEqual(Buffer.from(manifest))
  })

  test('that was pushed under several tags is told once for each', async () => {
    const { heard, registry } = await listening()
    await pushBlob(registry, 'a', '{}')
    const told = await heard({ method: 'PUT', path: `/v2/a/manifests/${sha256(manifest)}?tag=v1&tag=v2`, body: manifest })
    expect(happenings(told)).toEqual([
      { ...pushed, tag: 'v1' },
      { ...pushed, tag: 'v2' },
    ])
  })

  test.each(['GET', 'HEAD'])('that was pulled by %s is told', async method => {
    const { heard, registry } = await listening()
    const { digest: of, size } = await pushImage(registry, 'a', 'x', { as: 'v1' })
    const pull = { action: 'pull', object: 'manifest', name: 'a', digest: of, mediaType, size }
    expect(happenings(await heard({ method, path: '/v2/a/manifests/v1' }))).toEqual([{ ...pull, tag: 'v1' }])
    expect(happenings(await heard({ method, path: `/v2/a/manifests/${of}` }))).toEqual([pull])
  })

  test('that the client has already is no pull', async () => {
    const { heard, registry } = await listening()
    const { digest: of } = await pushImage(registry, 'a', 'x', { as: 'v1' })
    expect(await heard({ path: '/v2/a/manifests/v1', headers: { 'if-none-match': `"${of}"` } })).toEqual([])
  })

  test('that was deleted is told with each of its tags', async () => {
    const { heard, registry } = await listening()
    const { digest: of } = await pushImage(registry, 'a', 'x', { as: 'v1' })
    expect(happenings(await heard({ method: 'DELETE', path: `/v2/a/manifests/${of}` }))).toEqual([
      { action: 'delete', object: 'manifest', name: 'a', digest: of },
      { action: 'delete', object: 'tag', name: 'a', tag: 'v1' },
    ])
  })

  test('whose tag was deleted is told as the tag', async () => {
    const { heard, registry } = await listening()
    await pushImage(registry, 'a', 'x', { as: 'v1' })
    const told = await heard({ method: 'DELETE', path: '/v2/a/manifests/v1' })
    expect(happenings(told)).toEqual([{ action: 'delete', object: 'tag', name: 'a', tag: 'v1' }])
  })
})

test('it is told by whom, from where, and by which URL, under the id that the answer has', async () => {
  const { heard, registry, port } = await listening()
  await pushBlob(registry, 'a', layer)
  const headers = { host: 'registry.test', 'user-agent': 'docker/29' }
  const [{ circumstances } = { circumstances: undefined }] = await heard({ path: `/v2/a/blobs/${digest}`, headers })
  expect(circumstances).toMatchObject({ method: 'GET', remoteAddress: '127.0.0.1', headers, requestId: expect.stringMatching(/./) })
  expect(circumstances?.remotePort).toBeGreaterThan(0)
  expect(circumstances?.remotePort).not.toBe(port)
  expect(circumstances?.urlOf('/v2/x')).toBe('http://registry.test/v2/x')
})

test('what failed is told to nobody', async () => {
  const all: Happening[] = []
  const told = { pulls: (one: Happening) => void all.push(one), writes: (one: Happening) => void all.push(one), locate: () => '' }
  const { call } = await trialServer({ pipeline: { told } })
  await call({ path: `/v2/a/blobs/${digest}` })
  await call({ path: '/v2/a/manifests/v1' })
  await call({ method: 'PUT', path: '/v2/a/manifests/v1', body: manifest })
  await call({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${digest}`, body: 'other bytes' })
  await call({ method: 'DELETE', path: '/v2/a/manifests/v1' })
  expect(all).toEqual([])
})
