import { describe, expect, test } from 'vitest'
import { parseTag } from '../../../registry-app/src/registry/name.ts'
import { removedPath } from '../../../registry-app/src/registry/paths.ts'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, keysUnder, sha256 } from '../support/bytes.ts'
import { name } from '../support/images.ts'
import { hour } from '../support/registry.ts'
import { type TestUpstream, testUpstream } from './support/test-upstream.ts'
import { type TrialCacheOptions, trialCache } from './support/trial-cache.ts'

const layer = content(1000)
const path = '/v2/hub/app/manifests/v1'

/** A cache whose upstream has one image, which was pulled. */
async function pulled(options: Partial<TrialCacheOptions> = {}) {
  const upstream = await testUpstream()
  const image = upstream.image('app', 'v1', [layer])
  const served = await trialCache({ upstream, ...options })
  expectAnswer(await served.call({ path }), { status: 200, body: image.content })
  upstream.asked.length = 0
  return { upstream, image, ...served }
}

const failing = (upstream: TestUpstream, status: number, headers = {}) => {
  upstream.instead = (_, response) => {
    response.writeHead(status, headers).end()
    return true
  }
}

describe('a tag', () => {
  test('is asked for by HEAD each time, and not fetched while it names the same', async () => {
    const { call, image, upstream } = await pulled()
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked).toEqual(['HEAD /v2/app/manifests/v1'])
  })

  test('is believed for as long as is configured', async () => {
    const { call, upstream, under } = await pulled({ believedFor: hour })
    await call({ path })
    expect(upstream.asked).toEqual([])
    under.clock.move(hour)
    await call({ path })
    expect(upstream.asked).toEqual(['HEAD /v2/app/manifests/v1'])
  })

  test('moves here when it was moved there, and back', async () => {
    const { call, image, upstream, under } = await pulled()
    const next = upstream.image('app', 'v1', [layer, layer])
    expectAnswer(await call({ path }), { status: 200, body: next.content })
    upstream.image('app', 'v1', [layer])
    upstream.asked.length = 0
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked, 'what is here is not fetched again').toEqual(['HEAD /v2/app/manifests/v1'])
    expect(await under.registry.tags.get(name('hub/app'), parseTag('v1'))).toBe(image.digest)
  })

  test('of an upstream that does not say its digest is fetched', async () => {
    const { call, image, upstream } = await pulled()
    upstream.instead = (_, response) => {
      response.end(image.content)
      return true
    }
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked).toEqual(['HEAD /v2/app/manifests/v1', 'GET /v2/app/manifests/v1'])
  })

  test('that is gone there is gone here, and what it named is not', async () => {
    const { call, image, upstream } = await pulled()
    upstream.manifests.clear()
    expectAnswer(await call({ path }), { status: 404, code: 'MANIFEST_UNKNOWN' })
    expectAnswer(await call({ path: `/v2/hub/app/manifests/${image.digest}` }), { status: 200 })
  })

  test('that is immutable here stays, whatever the upstream makes of it', async () => {
    const { call, image, upstream } = await pulled({ under: { immutableTags: [{ covers: () => true, deletable: false }] } })
    upstream.image('app', 'v1', [layer, layer])
    expectAnswer(await call({ path }), { status: 200, body: image.content })
  })

  test('is asked for once, however many ask at the same moment', async () => {
    const { call, upstream } = await pulled({ believedFor: hour })
    const { digest } = upstream.image('app', 'v2', [layer, layer])
    await Promise.all(Array.from({ length: 50 }, () => call({ path: '/v2/hub/app/manifests/v2' })))
    expect(upstream.asked).toEqual(['HEAD /v2/app/manifests/v2', `GET /v2/app/manifests/${digest}`])
  })
})

describe('while the upstream gives nothing', () => {
  test.each([500, 502, 503, 401, 403, 429, 418])('but %i, what is here is served', async status => {
    const { call, image, upstream, outcomes } = await pulled()
    failing(upstream, status)
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(outcomes).toEqual(['tag miss', 'tag stale'])
  })

  test('what is here is served, and the upstream left in peace for a moment', async () => {
    const { call, image, upstream, under } = await pulled()
    failing(upstream, 500)
    for (let round = 0; round < 5; round++) expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked).toHaveLength(1)
    under.clock.move(10_000)
    await call({ path })
    expect(upstream.asked).toHaveLength(2)
  })

  test('what is here is served, and the upstream left in peace for as long as it wants, an hour at most', async () => {
    const { call, image, upstream, under } = await pulled()
    failing(upstream, 503, { 'retry-after': '120' })
    const other = { path: '/v2/hub/app/manifests/v2' }
    expectAnswer(await call(other), { status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': '120' } })
    under.clock.move(60_000)
    expectAnswer(await call(other), { status: 503, headers: { 'retry-after': '60' } })
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked).toHaveLength(1)
    under.clock.move(61_000)
    failing(upstream, 503, { 'retry-after': '99999999' })
    await call(other)
    under.clock.move(hour + 1)
    await call(other)
    expect(upstream.asked).toHaveLength(3)
  })

  test('what is not here is not to be had, and clients are told to come again', async () => {
    const { call, upstream } = await pulled()
    await upstream.stop()
    const headers = { 'retry-after': '5' }
    expectAnswer(await call({ path: '/v2/hub/app/manifests/v2' }), { status: 503, code: 'UNAVAILABLE', headers })
    expectAnswer(await call({ path: `/v2/hub/app/blobs/${sha256('x')}` }), { status: 503, code: 'UNAVAILABLE', headers })
  })

  test('all else goes on', async () => {
    const { call, upstream } = await pulled()
    await upstream.stop()
    expectAnswer(await call({ method: 'POST', path: `/v2/own/blobs/uploads/?digest=${sha256('x')}`, body: 'x' }), { status: 201 })
  })
})

describe('an upstream that was asked too often', () => {
  test('is left in peace for as long as it wants, and clients are told so', async () => {
    const { call, image, upstream, under } = await pulled()
    failing(upstream, 429, { 'retry-after': '120' })
    const other = { path: '/v2/hub/app/manifests/v2' }
    expectAnswer(await call(other), { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '120' } })
    under.clock.move(60_000)
    expectAnswer(await call(other), { status: 429, headers: { 'retry-after': '60' } })
    expectAnswer(await call({ path }), { status: 200, body: image.content })
    expect(upstream.asked).toHaveLength(1)
    under.clock.move(61_000)
    upstream.instead = () => false
    expectAnswer(await call(other), { status: 404 })
  })

  test('is still asked for blobs, which are counted by themselves', async () => {
    const { call, upstream } = await pulled()
    failing(upstream, 429)
    await call({ path })
    upstream.instead = () => false
    expectAnswer(await call({ path: `/v2/hub/app/blobs/${sha256(layer)}` }), { status: 200, body: layer })
  })

  test('is not left in peace for longer than an hour', async () => {
    const { call, upstream, under } = await pulled()
    failing(upstream, 429, { 'retry-after': '99999999' })
    await call({ path })
    under.clock.move(hour + 1)
    await call({ path })
    expect(upstream.asked).toHaveLength(2)
  })
})

describe('what nobody pulls', () => {
  const ttl = 8 * hour
  const marks = 'docker/registry/v2/_registry/cached/'

  test('goes for good, though what clients delete can be restored', async () => {
    const { cache, under, image } = await pulled({ ttl, under: { undoDeletions: 24 * hour } })
    await eventually(() => keysUnder(under.driver, marks)).toHaveLength(1)
    under.clock.move(9 * hour)
    expect(await cache.expire()).toBe(1)
    expect(await under.registry.manifests.get(name('hub/app'), { digest: image.digest })).toBeUndefined()
    expect(await keysUnder(under.driver, removedPath)).toEqual([])
  })

  test('goes after its time, with its tags; what is pulled stays', async () => {
    const { call, cache, under, image, upstream } = await pulled({ ttl })
    const kept = upstream.image('other', 'v1', [layer])
    const other = { path: '/v2/hub/other/manifests/v1' }
    for (let hours = 0; hours < 9; hours++) {
      await call(other)
      under.clock.move(hour)
    }
    await eventually(() => keysUnder(under.driver, marks)).toHaveLength(2)
    expect(await cache.expire()).toBe(1)
    const { manifests, tags } = under.registry
    expect(await manifests.get(name('hub/app'), { digest: image.digest })).toBeUndefined()
    expect(await tags.get(name('hub/app'), parseTag('v1'))).toBeUndefined()
    expect((await manifests.get(name('hub/other'), { tag: parseTag('v1') }))?.digest).toBe(kept.digest)
    expect(await keysUnder(under.driver, marks)).toHaveLength(1)
    expectAnswer(await call({ path }), { status: 200, body: image.content })
  })

  test('stays for ever where no time is set', async () => {
    const { cache, under, image } = await pulled({ ttl: 0 })
    under.clock.move(10_000 * hour)
    expect(await cache.expire()).toBe(0)
    expect(await under.registry.manifests.get(name('hub/app'), { digest: image.digest })).toBeDefined()
  })

  test('stays where the cache did not bring it', async () => {
    const { cache, under } = await pulled({ ttl })
    const pushed = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }))
    await under.registry.manifests.put(name('hub/mine'), { tag: parseTag('v1') }, { content: pushed, mediaType: undefined, tags: [] })
    await under.registry.manifests.put(name('mine'), { tag: parseTag('v1') }, { content: pushed, mediaType: undefined, tags: [] })
    under.clock.move(100 * hour)
    expect(await cache.expire()).toBe(1)
    for (const repository of ['hub/mine', 'mine']) {
      expect(await under.registry.tags.get(name(repository), parseTag('v1'))).toBe(sha256(pushed))
    }
  })

  test('stays where a tag of it is immutable', async () => {
    const { cache, under, image, warnings } = await pulled({ ttl, under: { immutableTags: [{ covers: () => true, deletable: false }] } })
    under.clock.move(100 * hour)
    expect(await cache.expire()).toBe(0)
    expect(await under.registry.tags.get(name('hub/app'), parseTag('v1'))).toBe(image.digest)
    expect(warnings.join()).toContain('immutable')
  })
})
