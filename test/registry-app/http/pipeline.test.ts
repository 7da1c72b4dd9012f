import { describe, expect, test } from 'vitest'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { content, sha256 } from '../support/bytes.ts'
import { failingStore } from '../support/failing-store.ts'
import { image, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { eventually } from './support/eventually.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

const inside = 'connect ECONNREFUSED 10.1.2.3:9000 with the key AKIA-SECRET at /srv/registry'

/** A storage that fails, and tells more than a client may know. */
const failing = () => failingStore(memoryDriver({ now: () => new Date() }), () => new Error(inside))

const digest = sha256('x')
const calls = [
  ['GET', `/v2/a/blobs/${digest}`],
  ['GET', '/v2/a/manifests/latest'],
  ['GET', '/v2/a/tags/list'],
  ['GET', '/v2/_catalog'],
  ['GET', `/v2/a/referrers/${digest}`],
  ['POST', `/v2/a/blobs/uploads/?digest=${digest}`],
  ['POST', `/v2/a/blobs/uploads/?mount=${digest}&from=b`],
  ['PUT', '/v2/a/manifests/latest'],
  ['DELETE', `/v2/a/blobs/${digest}`],
  ['DELETE', '/v2/a/manifests/latest'],
] as const

describe('a storage that fails', () => {
  test.each(calls)('%s %s → 500 that tells nothing of the inside; the log tells it, with the same id', async (method, path) => {
    const { call, log } = await trialServer({ registry: { driver: failing() } })
    const body = method === 'PUT' ? JSON.stringify(image()) : method === 'POST' ? 'x' : ''
    const answer = await call({ method, path, body })
    expectAnswer(answer, { status: 500, json: { errors: [{ code: 'UNKNOWN', message: 'unknown error' }] } })
    expect(JSON.stringify(answer.headers)).not.toMatch(/ECONNREFUSED|AKIA|srv/)
    const errors = log().filter(line => line.includes('"level":"error"'))
    expect(errors).toEqual([expect.stringContaining(inside)])
    expect(JSON.parse(errors[0] ?? '')['http.request.id']).toBe(answer.headers['x-request-id'])
  })

  test('in the middle of an answer breaks the connection, so that nobody takes the half for the whole', async () => {
    const inner = memoryDriver({ now: () => new Date() })
    const broken: StorageDriver = {
      ...inner,
      async get(key, options) {
        const object = await inner.get(key, options)
        async function* half() {
          yield content(100)
          throw new Error(inside)
        }
        return object && { ...object, body: half() }
      },
    }
    const { port, registry, log } = await trialServer({ registry: { driver: broken } })
    const { digest } = await pushBlob(registry, 'a', content(1000))
    const raw = await openSocket(port)
    await raw.send(head(`GET /v2/a/blobs/${digest}`))
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer.split('\r\n\r\n')[1]?.length).toBe(100)
    await eventually(() => log().some(line => line.includes(inside) && line.includes('"level":"error"'))).toBe(true)
  })
})

test('a manifest that is damaged in the storage → 404, by which clients push it again; the log tells where it lies', async () => {
  const { driver, registry } = trial()
  const { digest } = await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  await driver.put(blobDataPath(digest), content(100))
  const { call, log } = await trialServer({ registry: { driver } })
  for (const reference of ['v1', digest]) {
    expectAnswer(await call({ method: 'HEAD', path: `/v2/a/manifests/${reference}` }), { status: 404 })
    expectAnswer(await call({ path: `/v2/a/manifests/${reference}` }), { status: 404, code: 'MANIFEST_UNKNOWN' })
  }
  const errors = log().filter(line => line.includes('"level":"error"'))
  expect(errors).toHaveLength(4)
  for (const line of errors) expect(line).toContain(`the manifest stored at ${blobDataPath(digest)} does not have the digest`)
})

test('where the storage is known to be away, the API answers 503 UNAVAILABLE, and asks it nothing', async () => {
  const { call, log } = await trialServer({ registry: { driver: failing() }, pipeline: { healthy: () => false } })
  for (const [method, path] of calls) expectAnswer(await call({ method, path }), { status: 503, code: 'UNAVAILABLE' })
  expect(log().join()).not.toContain(inside)
})

describe('the log', () => {
  test('has one line a request, in the names of Distribution', async () => {
    const { call, log } = await trialServer()
    const headers = { 'user-agent': 'docker/29 "quoted"\tand more' }
    const answer = await call({ path: '/v2/a/tags/list?n=1', headers })
    await eventually(() => log().length).toBe(1)
    expect(JSON.parse(log()[0] ?? '')).toEqual({
      level: 'info',
      msg: 'response completed',
      time: expect.stringMatching(/Z$/),
      'http.request.id': answer.headers['x-request-id'],
      'http.request.method': 'GET',
      'http.request.host': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'http.request.proto': 'HTTP/1.1',
      'http.request.uri': '/v2/a/tags/list?n=1',
      'http.request.remoteaddr': '127.0.0.1',
      'http.request.useragent': headers['user-agent'],
      'vars.name': 'a',
      'http.response.status': 404,
      'http.response.contenttype': 'application/json',
      'http.response.written': answer.body.length,
      'http.response.duration': expect.stringMatching(/^\d+\.\d{3}ms$/),
    })
  })

  test('says of a manifest which one it was, and what came with it', async () => {
    const { call, log } = await trialServer()
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }
    await call({ method: 'PUT', path: '/v2/team/app/manifests/v1', headers, body: '{}' })
    await call({ method: 'HEAD', path: `/v2/team/app/blobs/${digest}` })
    await eventually(() => log().length).toBe(2)
    expect(log().map(line => JSON.parse(line))).toMatchObject([
      { 'vars.name': 'team/app', 'vars.reference': 'v1', 'http.request.contenttype': headers['content-type'] },
      { 'vars.name': 'team/app', 'vars.digest': digest },
    ])
  })

  test('has no line for a request where the access log is switched off', async () => {
    const { call, log } = await trialServer({ pipeline: { quiet: true } })
    await call({ path: '/v2/' })
    await call({ path: '/v2/' })
    expect(log()).toEqual([])
  })

  test('has neither the state of an upload nor what signs it, nor what a client sends to prove itself', async () => {
    const { call, log } = await trialServer({ registry: { secret: 'the secret that signs' } })
    const headers = { authorization: 'Basic c2VjcmV0OnNlY3JldA==', cookie: 'session=secret-cookie' }
    let path = (await call({ method: 'POST', path: '/v2/a/blobs/uploads/', headers })).headers.location ?? ''
    const states = [path]
    for (const first of [0, 5]) {
      const range = { ...headers, 'content-range': `${first}-${first + 4}` }
      path = (await call({ method: 'PATCH', path, headers: range, body: 'abcde' })).headers.location ?? ''
      states.push(path)
    }
    await call({ path, headers })
    await call({ method: 'PUT', path: `${path}&digest=${sha256('abcdeabcde')}`, headers })
    await call({ method: 'DELETE', path: path.replace('?', '?a=b&'), headers })
    await eventually(() => log().length).toBe(6)
    const text = log().join('\n')
    expect(text).toContain('_state=***')
    for (const location of states) expect(text).not.toContain(new URL(location, 'http://x').searchParams.get('_state'))
    for (const secret of ['the secret that signs', 'c2VjcmV0', 'secret-cookie']) expect(text).not.toContain(secret)
  })

  test.each(['%5Fstate=', '_st%61te=', 'x=1&%5fstate='])('has no state whose name is written %s either', async name => {
    const { call, log } = await trialServer()
    await call({ path: `/v2/a/blobs/uploads/x?${name}confidential` })
    await eventually(() => log().length).toBe(1)
    expect(log().join()).not.toContain('confidential')
  })
})

test('what is configured as http.headers is on every answer', async () => {
  const { call } = await trialServer({ pipeline: { headers: { 'x-content-type-options': ['nosniff'], 'x-many': ['a', 'b'] } } })
  for (const path of ['/v2/', '/nothing', '/v2/a/manifests/none']) {
    expect((await call({ path })).headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-many': 'a, b' })
  }
})

test('a request that names scheme and host is understood (RFC 9112, section 3.2.2)', async () => {
  const { port, registry } = await trialServer()
  await pushManifest(registry, 'a', image({ config: await pushBlob(registry, 'a', '{}') }), { as: 'latest' })
  const raw = await openSocket(port)
  await raw.send(head('GET http://registry.test/v2/a/manifests/latest?x=y', { connection: 'close' }))
  expect(await raw.closed).toMatch(/^HTTP\/1\.1 200 /)
})
