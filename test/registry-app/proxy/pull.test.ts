import { describe, expect, test } from 'vitest'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { passwords } from '../http/support/passwords.ts'
import { content, sha256 } from '../support/bytes.ts'
import { codeOf, name, tag } from '../support/images.ts'
import { remoteStore } from '../support/remote-store.ts'
import { blobBytes } from '../support/uploads.ts'
import { testUpstream } from './support/test-upstream.ts'
import { trialCache } from './support/trial-cache.ts'

const layer = content(300_000)

async function cached() {
  const upstream = await testUpstream()
  const image = upstream.image('team/app', 'v1', [layer])
  return { upstream, image, ...(await trialCache({ upstream })) }
}

describe('what is not here yet', () => {
  test('comes from the upstream, byte for byte', async () => {
    const { call, image } = await cached()
    const manifest = await call({ path: '/v2/hub/team/app/manifests/v1' })
    expectAnswer(manifest, { status: 200, body: image.content, headers: { 'docker-content-digest': image.digest } })
    const headers = { 'content-length': String(layer.length), 'docker-content-digest': sha256(layer) }
    expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${sha256(layer)}` }), { status: 200, body: layer, headers })
  })

  test('is fetched once, and is here from then on, also without the upstream', async () => {
    const { call, image, upstream, under, outcomes } = await cached()
    const pull = async () => {
      await call({ path: `/v2/hub/team/app/manifests/${image.digest}` })
      for (const blob of image.blobs) expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${blob}` }), { status: 200 })
    }
    await pull()
    await eventually(() => under.registry.blobs.stat(name('hub/team/app'), sha256(layer))).toBeDefined()
    const asked = upstream.asked.length
    await upstream.stop()
    await pull()
    expect(upstream.asked).toHaveLength(asked)
    expect(outcomes).toEqual(['manifest miss', 'blob miss', 'blob miss', 'manifest hit', 'blob hit', 'blob hit'])
  })

  test('is said to be there where only that is asked, and not fetched for it', async () => {
    const { call, upstream } = await cached()
    const headers = { 'content-length': String(layer.length) }
    expectAnswer(await call({ method: 'HEAD', path: `/v2/hub/team/app/blobs/${sha256(layer)}` }), { status: 200, headers })
    expect(upstream.asked).toEqual([`HEAD /v2/team/app/blobs/${sha256(layer)}`])
  })

  test('is unknown here where it is unknown there', async () => {
    const { call } = await cached()
    expectAnswer(await call({ path: '/v2/hub/team/app/manifests/v2' }), { status: 404, code: 'MANIFEST_UNKNOWN' })
    expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${sha256('another')}` }), { status: 404, code: 'BLOB_UNKNOWN' })
  })

  test('may be asked for from the middle on', async () => {
    const { call } = await cached()
    const headers = { range: 'bytes=100000-' }
    const answer = await call({ path: `/v2/hub/team/app/blobs/${sha256(layer)}`, headers })
    expectAnswer(answer, { status: 206, body: layer.subarray(100_000), headers: { 'content-range': 'bytes 100000-299999/300000' } })
  })

  test('may be asked for in a part that ends before it does', async () => {
    const { call } = await cached()
    const answer = await call({ path: `/v2/hub/team/app/blobs/${sha256(layer)}`, headers: { range: 'bytes=5-99' } })
    expectAnswer(answer, { status: 206, body: layer.subarray(5, 100) })
  })

  test('may be of no bytes at all', async () => {
    const { call, upstream } = await cached()
    upstream.blobs.set(sha256(''), Buffer.alloc(0))
    expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${sha256('')}` }), { status: 200, body: Buffer.alloc(0) })
  })

  test('lists the tags that there are there, and those that are kept where it does not answer', async () => {
    const { call, upstream } = await cached()
    upstream.image('team/app', 'v2', [layer])
    await call({ path: '/v2/hub/team/app/manifests/v1' })
    expectAnswer(await call({ path: '/v2/hub/team/app/tags/list' }), { status: 200, json: { name: 'hub/team/app', tags: ['v1', 'v2'] } })
    await upstream.stop()
    expectAnswer(await call({ path: '/v2/hub/team/app/tags/list' }), { status: 200, json: { name: 'hub/team/app', tags: ['v1'] } })
  })
})

test('what is kept comes from the store itself, where clients are sent there, and before that from here', async () => {
  const upstream = await testUpstream()
  upstream.blobs.set(sha256(layer), layer)
  const { call, under } = await trialCache({ upstream, under: { driver: remoteStore() } })
  const path = `/v2/hub/team/app/blobs/${sha256(layer)}`
  expectAnswer(await call({ path }), { status: 200, body: layer })
  await eventually(() => under.registry.blobs.stat(name('hub/team/app'), sha256(layer))).toBeDefined()
  await eventually(async () => (await call({ path })).status).toBe(307)
  expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${sha256('another')}` }), { status: 404, code: 'BLOB_UNKNOWN' })
})

describe('a repository that is a cache', () => {
  test('takes no push, no mount and no deletion', async () => {
    const { call, image } = await cached()
    await call({ path: '/v2/hub/team/app/manifests/v1' })
    const refused = [
      { method: 'POST', path: '/v2/hub/team/app/blobs/uploads/' },
      { method: 'POST', path: `/v2/hub/team/app/blobs/uploads/?digest=${sha256('x')}`, body: 'x' },
      { method: 'POST', path: `/v2/hub/team/app/blobs/uploads/?mount=${sha256('x')}&from=other` },
      { method: 'PUT', path: '/v2/hub/team/app/manifests/v1', body: image.content },
      { method: 'DELETE', path: '/v2/hub/team/app/manifests/v1' },
      { method: 'DELETE', path: `/v2/hub/team/app/blobs/${sha256(layer)}` },
    ]
    for (const each of refused) expectAnswer(await call(each), { status: 405, code: 'UNSUPPORTED' })
    expectAnswer(await call({ path: '/v2/hub/team/app/manifests/v1' }), { status: 200 })
  })

  test('is not deleted as a whole, and has nothing brought back', async () => {
    const { call, cache, upstream } = await cached()
    await call({ path: '/v2/hub/team/app/manifests/v1' })
    const { repositories, undo } = cache.registry
    const app = name('hub/team/app')
    expect(await codeOf(repositories.delete(app))).toBe('UNSUPPORTED')
    // So the page offers neither.
    expect(repositories.comesFrom(app)).toEqual({ registry: upstream.host, path: 'team/app', keptFor: 7 * 24 * 3_600_000 })
    expect(repositories.comesFrom(name('hubs/app'))).toBeUndefined()
    expect(await codeOf(undo.restore(app, { tag: tag('v1') }))).toBe('UNSUPPORTED')
    expect(await codeOf(undo.restoreRepository(app))).toBe('UNSUPPORTED')
    expectAnswer(await call({ path: '/v2/hub/team/app/manifests/v1' }), { status: 200 })
    expect(await repositories.delete(name('hubs/app'))).toBeUndefined()
    expect(await codeOf(undo.restore(name('hubs/app'), { tag: tag('v1') }))).toBe('MANIFEST_UNKNOWN')
  })

  test('leaves everything else as it is', async () => {
    const { call, upstream } = await cached()
    expectAnswer(await call({ method: 'POST', path: `/v2/hubs/app/blobs/uploads/?digest=${sha256('x')}`, body: 'x' }), { status: 201 })
    expectAnswer(await call({ path: `/v2/hubs/app/blobs/${sha256('x')}` }), { status: 200 })
    expectAnswer(await call({ path: '/v2/hubs/app/manifests/v1' }), { status: 404 })
    expect(upstream.asked).toEqual([])
  })

  test('shows no blob of others, though a manifest of its upstream names it', async () => {
    const { call, upstream } = await cached()
    const secret = content(5000, 7)
    await call({ method: 'POST', path: `/v2/own/blobs/uploads/?digest=${sha256(secret)}`, body: secret })
    upstream.image('team/app', 'v1', [secret])
    upstream.blobs.delete(sha256(secret))
    expectAnswer(await call({ path: '/v2/hub/team/app/manifests/v1' }), { status: 200 })
    for (const method of ['GET', 'HEAD']) {
      expect((await call({ method, path: `/v2/hub/team/app/blobs/${sha256(secret)}` })).status).toBe(404)
    }
  })

  test('lets in whom the registry lets in, and asks its upstream for nobody else', async () => {
    const upstream = await testUpstream()
    upstream.image('team/app', 'v1', [layer])
    const { call } = await trialCache({ upstream, gate: passwords() })
    const path = '/v2/hub/team/app/manifests/v1'
    expectAnswer(await call({ path }), { status: 401, code: 'UNAUTHORIZED' })
    expect(upstream.asked).toEqual([])
    const authorization = `Basic ${Buffer.from('alice:wonder').toString('base64')}`
    expectAnswer(await call({ path, headers: { authorization } }), { status: 200 })
    expect(upstream.headers[0]?.authorization).toBeUndefined()
  })

  test('is an ordinary one, with all that was pulled, where the cache is switched off', async () => {
    const { call, image, under } = await cached()
    await call({ path: '/v2/hub/team/app/manifests/v1' })
    for (const blob of image.blobs) await call({ path: `/v2/hub/team/app/blobs/${blob}` })
    const { registry } = under
    await eventually(() => blobBytes(registry, 'hub/team/app', sha256(layer))).toEqual(layer)
    expect((await registry.manifests.get(name('hub/team/app'), { tag: 'v1' as never }))?.digest).toBe(image.digest)
    expect(await Array.fromAsync(registry.catalog.names(''))).toEqual(['hub/team/app'])
  })

  test('gives its blobs to others by a mount', async () => {
    const { call, under } = await cached()
    await call({ path: `/v2/hub/team/app/blobs/${sha256(layer)}` })
    await eventually(() => under.registry.blobs.stat(name('hub/team/app'), sha256(layer))).toBeDefined()
    const path = `/v2/own/app/blobs/uploads/?mount=${sha256(layer)}&from=hub/team/app`
    expectAnswer(await call({ method: 'POST', path }), { status: 201 })
  })
})

describe('where nothing may be stored', () => {
  test('all passes through', async () => {
    const upstream = await testUpstream()
    const image = upstream.image('team/app', 'v1', [layer])
    const { call, under } = await trialCache({ upstream, readOnly: true })
    for (let round = 0; round < 2; round++) {
      expectAnswer(await call({ path: '/v2/hub/team/app/manifests/v1' }), { status: 200, body: image.content })
      expectAnswer(await call({ path: `/v2/hub/team/app/blobs/${sha256(layer)}` }), { status: 200, body: layer })
    }
    expect(await Array.fromAsync(under.driver.list(''))).toEqual([{ objects: [], prefixes: [] }])
  })
})
