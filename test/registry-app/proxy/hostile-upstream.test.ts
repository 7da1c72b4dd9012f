import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, KiB, MiB, sha256 } from '../support/bytes.ts'
import { encode, image, name } from '../support/images.ts'
import { type TestUpstream, testUpstream } from './support/test-upstream.ts'
import { trialCache } from './support/trial-cache.ts'

const blob = content(300_000)
const path = `/v2/hub/app/blobs/${sha256(blob)}`

/** Only who is to be given up is hurried: a busy machine takes its time for all that the others answer. Milliseconds. */
const patient = { answer: 60_000, stall: 60_000 }

/** A cache of an upstream that answers so. */
async function answering(
  answer: (response: ServerResponse, url: string, upstream: TestUpstream) => unknown,
  hurried: Partial<typeof patient> = {},
) {
  const upstream = await testUpstream()
  upstream.instead = (request, response) => {
    answer(response, request.url ?? '', upstream)
    return true
  }
  const served = await trialCache({ upstream, timeouts: { ...patient, ...hurried } })
  const isKept = async () => (await served.under.registry.blobs.stat(name('hub/app'), sha256(blob))) !== undefined
  return { upstream, isKept, ...served }
}

const sized = (length: number) => ({ 'content-length': length })

describe('an upstream that sends other bytes than those of the digest', () => {
  test.each([
    ['changed at the end', Buffer.concat([blob.subarray(0, -1), Buffer.of(0)])],
    ['another blob', content(blob.length, 2)],
  ])('has the connection broken: %s', async (_, wrong) => {
    const { call, isKept, failures, cache } = await answering(response => response.writeHead(200, sized(wrong.length)).end(wrong))
    await expect(call({ path })).rejects.toThrow('aborted')
    await eventually(() => cache.fetching()).toBe(0)
    expect(await isKept()).toBe(false)
    expect(failures).toContain('wrong')
  })

  test('has it broken for what is asked for from the middle on', async () => {
    const wrong = Buffer.concat([Buffer.of(0), blob.subarray(1)])
    const { call, isKept } = await answering(response => response.writeHead(200, sized(wrong.length)).end(wrong))
    await expect(call({ path, headers: { range: 'bytes=299999-' } })).rejects.toThrow()
    const part = await call({ path, headers: { range: 'bytes=10-20' } })
    expect(part.status).toBe(502)
    expect(await isKept()).toBe(false)
  })

  test('is not believed where it says no size, or another than its manifest', async () => {
    const { call, upstream } = await answering(response => response.writeHead(200).end(blob))
    expectAnswer(await call({ path }), { status: 502, code: 'UNAVAILABLE' })
    upstream.instead = () => false
    upstream.image('app', 'v1', [blob])
    upstream.instead = (request, response) => {
      if (request.url?.includes('manifests')) return false
      response.writeHead(200, sized(5)).end('short')
      return true
    }
    await call({ path: '/v2/hub/app/manifests/v1' })
    expectAnswer(await call({ path }), { status: 502, code: 'UNAVAILABLE' })
  })

  test.each([
    ['a manifest of another digest', encode(image()), 502],
    ['more than a manifest may be', Buffer.alloc(5 * MiB, ' '), 502],
    ['what is no JSON', Buffer.from('<html>'), 502],
  ])('has no manifest kept: %s', async (_, sent, status) => {
    const { call, under } = await answering(response => response.writeHead(200).end(sent))
    const asked = sha256(sent.length > MiB ? sent : 'another')
    expect((await call({ path: `/v2/hub/app/manifests/${asked}` })).status).toBe(status)
    expect(await under.registry.tags.hasRepository(name('hub/app'))).toBe(false)
  })

  test('has nothing kept under a tag that is no manifest', async () => {
    const { call, under } = await answering(response => response.writeHead(200).end('{"schemaVersion": 2, "layers": 5}'))
    expectAnswer(await call({ path: '/v2/hub/app/manifests/v1' }), { status: 502 })
    expect(await under.registry.tags.hasRepository(name('hub/app'))).toBe(false)
  })

  test('is believed in no header about what a manifest is', async () => {
    const manifest = encode(image())
    const { call } = await answering(response =>
      response.writeHead(200, { 'content-type': 'text/html', 'docker-content-digest': sha256('a lie') }).end(manifest),
    )
    expectAnswer(await call({ path: `/v2/hub/app/manifests/${sha256(manifest)}` }), {
      status: 200,
      headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': sha256(manifest) },
    })
  })
})

describe('an upstream that keeps us waiting', () => {
  test('is given up where it does not answer', async () => {
    const { call } = await answering(() => {}, { answer: 500 })
    expectAnswer(await call({ path }), { status: 503, code: 'UNAVAILABLE', headers: { 'retry-after': /^\d+$/ } })
  })

  test('is given up where it stops in the middle', async () => {
    const { call, cache } = await answering(response => response.writeHead(200, sized(blob.length)).write(blob.subarray(0, 1000)), {
      stall: 500,
    })
    await expect(call({ path })).rejects.toThrow('aborted')
    await eventually(() => cache.fetching()).toBe(0)
  })

  test('is given up where it stops in the middle of a manifest', async () => {
    const { call } = await answering(response => response.writeHead(200, sized(1000)).write('{'), { stall: 500 })
    expectAnswer(await call({ path: `/v2/hub/app/manifests/${sha256('?')}` }), { status: 503, code: 'UNAVAILABLE' })
  })

  test('is given up where its headers have no end', async () => {
    const { call } = await answering(response =>
      response.writeHead(200, { 'x-more': 'x'.repeat(40 * KiB), ...sized(blob.length) }).end(blob),
    )
    expectAnswer(await call({ path }), { status: 503 })
  })
})

describe('a redirect', () => {
  test('is followed to a public place, and to one of the upstream’s own kind', async () => {
    const store = await testUpstream()
    store.instead = (_, response) => {
      response.writeHead(200, sized(blob.length)).end(blob)
      return true
    }
    const { call } = await answering(response => response.writeHead(307, { location: `${store.url}blob?signature=1` }).end())
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(store.asked).toEqual(['GET /blob?signature=1'])
  })

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/',
    'http://[fe80::1]/',
    'http://0.0.0.0:80/',
    'http://[::ffff:10.0.0.1]/',
  ])('is not followed to %s, which is not of its kind', async location => {
    const { call, failures } = await answering(response => response.writeHead(302, { location }).end())
    expectAnswer(await call({ path }), { status: 502, code: 'UNAVAILABLE' })
    expect(failures).toEqual(['wrong'])
  })

  test.each(['file:///etc/passwd', 'http://user:password@127.0.0.1/', 'nowhere://', ''])('is not followed to "%s"', async location => {
    const { call } = await answering(response => response.writeHead(302, location === '' ? {} : { location }).end())
    expectAnswer(await call({ path }), { status: 502 })
  })

  test('is not followed for ever', async () => {
    const { call, upstream } = await answering((response, url) => response.writeHead(302, { location: `${url}x` }).end())
    expectAnswer(await call({ path }), { status: 502 })
    expect(upstream.asked.length).toBeLessThan(10)
  })

  test('elsewhere is told no password', async () => {
    const store = await testUpstream()
    store.blobs.set(sha256(blob), blob)
    const upstream = await testUpstream()
    upstream.instead = (request, response) => {
      if (request.headers.authorization) response.writeHead(307, { location: `${store.url.href}v2/app/blobs/${sha256(blob)}` }).end()
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="upstream"' }).end()
      return true
    }
    const { call } = await trialCache({ upstream, as: { username: 'alice', password: 'wonder' } })
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(store.headers.map(({ authorization }) => authorization)).toEqual([undefined])
  })
})

test('a list of tags that has no end is cut', async () => {
  let count = 0
  const { call } = await answering((response, url) => {
    expect(url).toContain('/tags/list')
    const tags = Array.from({ length: 300_000 }, () => String(count++).padStart(8, '0'))
    response.writeHead(200, { link: '</v2/app/tags/list?more>; rel="next"' }).end(JSON.stringify({ name: 'app', tags }))
  })
  const { status, body } = await call({ path: '/v2/hub/app/tags/list' })
  expect({ status, tags: JSON.parse(body.toString()).tags.length, count }).toEqual({ status: 200, tags: 500_000, count: 600_000 })
})

test('who holds a connection open costs others nothing', async () => {
  const { upstream, call } = await answering(response => response.writeHead(200, sized(blob.length)).write(blob.subarray(0, 10)))
  const waiting = Array.from({ length: 20 }, (_, index) =>
    call({ path: `/v2/hub/app/blobs/${sha256(`${index}`)}` }).catch(error => error.message),
  )
  await eventually(() => upstream.asked.length).toBe(16)
  expectAnswer(await call({ method: 'POST', path: `/v2/own/blobs/uploads/?digest=${sha256(blob)}`, body: blob }), { status: 201 })
  expectAnswer(await call({ path: `/v2/own/blobs/${sha256(blob)}` }), { status: 200, body: blob })
  expect(upstream.asked.length).toBe(16)
  await upstream.stop()
  await Promise.all(waiting)
})

test('manifests that come slowly hold up no push', async () => {
  const { upstream, call } = await answering(response => response.writeHead(200, sized(1000)).write('{'))
  const pulls = Array.from({ length: 30 }, (_, index) => call({ path: `/v2/hub/app/manifests/${sha256(`${index}`)}` }))
  await eventually(() => upstream.asked.length).toBe(8)
  const manifest = encode(image({ annotations: { long: 'x'.repeat(100_000) } }))
  await call({ method: 'POST', path: `/v2/own/blobs/uploads/?digest=${sha256('{}')}`, body: '{}' })
  expectAnswer(await call({ method: 'PUT', path: '/v2/own/manifests/v1', body: manifest }), { status: 201 })
  expect(upstream.asked.length).toBe(8)
  await upstream.stop()
  for (const { status } of await Promise.all(pulls)) expect(status).toBe(503)
})
