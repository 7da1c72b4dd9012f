import { describe, expect, test } from 'vitest'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { head, openSocket } from '../http/support/raw-socket.ts'
import { type TrialServer, trialServer } from '../http/support/trial-server.ts'
import { content, keysUnder, sha256, sha512 } from '../support/bytes.ts'
import { name, pushBlob } from '../support/images.ts'
import { hour } from '../support/registry.ts'

const blob = content(1000)
const digest = sha256(blob)
const uploads = '/v2/a/blobs/uploads/'
const uploadLocation = /^\/v2\/a\/blobs\/uploads\/[\w-]+\?_state=[\w.-]+$/

async function started(served: TrialServer): Promise<string> {
  const { headers } = await served.call({ method: 'POST', path: uploads })
  return headers.location ?? ''
}

const contentRange = (first: number, last: number) => ({ 'content-range': `${first}-${last}` })

/** @returns the Location to go on from */
async function sent(served: TrialServer, to: string, first: number, last: number): Promise<string> {
  const call = { method: 'PATCH', path: to, headers: contentRange(first, last), body: blob.subarray(first, last + 1) }
  const { headers } = await served.call(call)
  return headers.location ?? ''
}

async function expectStored({ call }: TrialServer, as: string = digest): Promise<void> {
  expectAnswer(await call({ path: `/v2/a/blobs/${as}` }), { status: 200, headers: { 'docker-content-digest': as }, body: blob })
}

async function expectNothingStored({ driver }: TrialServer): Promise<void> {
  expect(await keysUnder(driver, 'docker/')).toEqual([])
}

const created = (as: string = digest) => ({
  status: 201,
  headers: { location: `/v2/a/blobs/${as}`, 'docker-content-digest': as, 'content-length': '0' },
})

/** The answer that tells where the upload stands, and how to go on. */
const stands = (status: number, range: string) => ({
  status,
  headers: { location: uploadLocation, range, 'docker-upload-uuid': /^[\w-]+$/ },
})

describe('in one request', () => {
  test.each([sha256, sha512])('POST ?digest= stores the blob', async digestOf => {
    const served = await trialServer()
    const as = digestOf(blob)
    expectAnswer(await served.call({ method: 'POST', path: `${uploads}?digest=${as}`, body: blob }), created(as))
    await expectStored(served, as)
  })

  test('POST ?digest= takes a body of unknown length', async () => {
    const served = await trialServer()
    const headers = { 'transfer-encoding': 'chunked' }
    expectAnswer(await served.call({ method: 'POST', path: `${uploads}?digest=${digest}`, headers, body: blob }), created())
    await expectStored(served)
  })

  test('the colon of the digest may be %3A', async () => {
    const served = await trialServer()
    const path = `${uploads}?digest=${encodeURIComponent(digest)}`
    expectAnswer(await served.call({ method: 'POST', path, body: blob }), created())
  })

  test.each([
    ['another digest', sha256('?'), { provided: sha256('?'), computed: digest }],
    ['another sha512', sha512('?'), { provided: sha512('?') }],
    ['no digest', 'latest', { digest: 'latest' }],
    ['an empty one', '', { digest: '' }],
    ['an unknown algorithm', 'md5:d41d8cd98f00b204e9800998ecf8427e', {}],
  ])('POST with %s is refused, and nothing kept', async (_, claimed, detail) => {
    const served = await trialServer()
    const answer = await served.call({ method: 'POST', path: `${uploads}?digest=${claimed}`, body: blob })
    expectAnswer(answer, { status: 400, code: 'DIGEST_INVALID', detail })
    await expectNothingStored(served)
  })

  test('POST ?digest= of no bytes stores the empty blob', async () => {
    const served = await trialServer()
    expectAnswer(await served.call({ method: 'POST', path: `${uploads}?digest=${sha256('')}` }), created(sha256('')))
  })
})

describe('POST, then PUT', () => {
  test('POST answers where to go, and how far it is', async () => {
    const served = await trialServer()
    expectAnswer(await served.call({ method: 'POST', path: uploads }), stands(202, '0-0'))
  })

  test('each upload has an id of its own, and its Location has it', async () => {
    const served = await trialServer()
    const [one, two] = [await served.call({ method: 'POST', path: uploads }), await served.call({ method: 'POST', path: uploads })]
    expect(one.headers['docker-upload-uuid']).not.toBe(two.headers['docker-upload-uuid'])
    expect(one.headers.location).toContain(`/${one.headers['docker-upload-uuid']}?`)
  })

  test.each([sha256, sha512])('PUT with the whole blob', async digestOf => {
    const served = await trialServer()
    const as = digestOf(blob)
    const path = `${await started(served)}&digest=${as}`
    expectAnswer(await served.call({ method: 'PUT', path, body: blob }), created(as))
    await expectStored(served, as)
  })

  test('PUT with the whole blob and its Content-Range', async () => {
    const served = await trialServer()
    const path = `${await started(served)}&digest=${digest}`
    expectAnswer(await served.call({ method: 'PUT', path, headers: contentRange(0, 999), body: blob }), created())
    await expectStored(served)
  })

  test.each([
    ['another digest', `&digest=${sha256('?')}`],
    ['no digest', ''],
    ['what is no digest', '&digest=sha256:abc'],
  ])('PUT with %s is refused, and nothing kept', async (_, query) => {
    const served = await trialServer()
    const answer = await served.call({ method: 'PUT', path: (await started(served)) + query, body: blob })
    expectAnswer(answer, { status: 400, code: 'DIGEST_INVALID' })
    await expectNothingStored(served)
  })

  test.each(['sha256', 'sha512'])('POST ?digest-algorithm=%s begins an upload', async algorithm => {
    const served = await trialServer()
    expectAnswer(await served.call({ method: 'POST', path: `${uploads}?digest-algorithm=${algorithm}` }), stands(202, '0-0'))
  })

  test.each(['md5', '', 'toString', 'SHA256'])('POST ?digest-algorithm=%s is refused', async algorithm => {
    const served = await trialServer()
    const answer = await served.call({ method: 'POST', path: `${uploads}?digest-algorithm=${algorithm}` })
    expectAnswer(answer, { status: 400, code: 'DIGEST_INVALID' })
  })
})

describe('in chunks', () => {
  test('with Content-Range, closed by a PUT without a body', async () => {
    const served = await trialServer()
    let location = await started(served)
    for (const [first, last] of [
      [0, 399],
      [400, 799],
      [800, 999],
    ] as const) {
      const call = { method: 'PATCH', path: location, headers: contentRange(first, last), body: blob.subarray(first, last + 1) }
      const answer = await served.call(call)
      expectAnswer(answer, stands(202, `0-${last}`))
      location = answer.headers.location ?? ''
    }
    expectAnswer(await served.call({ method: 'PUT', path: `${location}&digest=${digest}` }), created())
    await expectStored(served)
    expect(await keysUnder(served.driver, 'docker/registry/v2/repositories/a/_uploads/')).toEqual([])
  })

  test('with the last chunk in the PUT', async () => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 499)
    const call = { method: 'PUT', path: `${location}&digest=${digest}`, headers: contentRange(500, 999), body: blob.subarray(500) }
    expectAnswer(await served.call(call), created())
    await expectStored(served)
  })

  test('without Content-Range, as one stream of unknown length', async () => {
    const served = await trialServer()
    const headers = { 'transfer-encoding': 'chunked' }
    const answer = await served.call({ method: 'PATCH', path: await started(served), headers, body: blob })
    expectAnswer(answer, stands(202, '0-999'))
    expectAnswer(await served.call({ method: 'PUT', path: `${answer.headers.location}&digest=${digest}` }), created())
    await expectStored(served)
  })

  test('without Content-Range, several', async () => {
    const served = await trialServer()
    const one = await served.call({ method: 'PATCH', path: await started(served), body: blob.subarray(0, 400) })
    expectAnswer(one, stands(202, '0-399'))
    const two = await served.call({ method: 'PATCH', path: one.headers.location ?? '', body: blob.subarray(400) })
    expectAnswer(two, stands(202, '0-999'))
    expectAnswer(await served.call({ method: 'PUT', path: `${two.headers.location}&digest=${sha512(blob)}` }), created(sha512(blob)))
    await expectStored(served, sha512(blob))
  })

  test('a PATCH of no bytes leaves the upload as it was', async () => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 499)
    expectAnswer(await served.call({ method: 'PATCH', path: location }), stands(202, '0-499'))
  })

  test('a wrong digest in the end is refused, and the blob not served', async () => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 999)
    const answer = await served.call({ method: 'PUT', path: `${location}&digest=${sha256('?')}` })
    expectAnswer(answer, { status: 400, code: 'DIGEST_INVALID', detail: { provided: sha256('?'), computed: digest } })
    for (const each of [digest, sha256('?')]) expectAnswer(await served.call({ path: `/v2/a/blobs/${each}` }), { status: 404 })
  })
})

describe('a chunk', () => {
  const outOfOrder = (range: string, received: string, expected: string) => ({
    ...stands(416, range),
    code: 'RANGE_INVALID' as const,
    detail: { received, expected },
  })

  test.each([
    ['that leaves a gap', 600, 999],
    ['that was sent before', 0, 499],
    ['that overlaps', 400, 899],
  ])('%s → 416 with the Range that there is, and the Location to go on from', async (_, first, last) => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 499)
    const call = { method: 'PATCH', path: location, headers: contentRange(first, last), body: blob.subarray(first, last + 1) }
    const refused = await served.call(call)
    expectAnswer(refused, outOfOrder('0-499', `${first}-${last}`, '500-'))

    const status = await served.call({ path: refused.headers.location ?? '' })
    expectAnswer(status, stands(204, '0-499'))
    const next = await sent(served, status.headers.location ?? '', 500, 999)
    expectAnswer(await served.call({ method: 'PUT', path: `${next}&digest=${digest}` }), created())
    await expectStored(served)
  })

  test('that is the first and does not begin at 0 → 416', async () => {
    const served = await trialServer()
    const call = { method: 'PATCH', path: await started(served), headers: contentRange(1, 999), body: blob.subarray(1) }
    expectAnswer(await served.call(call), outOfOrder('0-0', '1-999', '0-'))
    await expectNothingStored(served)
  })

  test('out of order in the closing PUT → 416, and the upload can go on', async () => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 499)
    const path = `${location}&digest=${digest}`
    const refused = await served.call({ method: 'PUT', path, headers: contentRange(600, 999), body: blob.subarray(600) })
    expectAnswer(refused, outOfOrder('0-499', '600-999', '500-'))

    const status = await served.call({ path: refused.headers.location ?? '' })
    const again = { method: 'PUT', path: `${status.headers.location}&digest=${digest}`, headers: contentRange(500, 999) }
    expectAnswer(await served.call({ ...again, body: blob.subarray(500) }), created())
    await expectStored(served)
  })

  test.each([
    ['fewer bytes', 400],
    ['more bytes', 600],
  ])('of %s than its Content-Range says → 400, and nothing kept', async (_, size) => {
    const served = await trialServer()
    const call = { method: 'PATCH', path: await started(served), headers: contentRange(0, 499), body: blob.subarray(0, size) }
    const detail = { contentRange: '0-499', contentLength: size }
    expectAnswer(await served.call(call), { status: 400, code: 'SIZE_INVALID', detail })
    await expectNothingStored(served)
  })

  test.each([400, 600])('of unknown length that has other than its Content-Range says (%i) → 400, and nothing more', async size => {
    const served = await trialServer()
    const headers = { ...contentRange(0, 499), 'transfer-encoding': 'chunked' }
    const path = await started(served)
    const answer = await served.call({ method: 'PATCH', path, headers, body: blob.subarray(0, size) })
    expectAnswer(answer, { status: 400, code: 'SIZE_INVALID' })
    expectAnswer(await served.call({ path }), stands(204, '0-0'))
    expect(await keysUnder(served.driver, 'docker/registry/v2/blobs/')).toEqual([])
  })

  test('whose Content-Range is none → 416', async () => {
    const served = await trialServer()
    const call = { method: 'PATCH', path: await started(served), headers: { 'content-range': 'all' }, body: blob }
    expectAnswer(await served.call(call), { status: 416, code: 'RANGE_INVALID', detail: { contentRange: 'all' } })
    await expectNothingStored(served)
  })
})

test('a connection that drops in the middle of a PATCH leaves nothing, and GET says where to go on', async () => {
  const served = await trialServer()
  const location = await sent(served, await started(served), 0, 299)
  const before = await keysUnder(served.driver, 'docker/')

  const raw = await openSocket(served.port)
  await raw.send(head(`PATCH ${location}`, { 'content-length': 700, ...contentRange(300, 999) }), blob.subarray(300, 650))
  raw.socket.destroy()
  await eventually(() => served.log().some(line => line.includes('"PATCH"') && line.includes(':499'))).toBe(true)
  expect(await keysUnder(served.driver, 'docker/')).toEqual(before)

  const status = await served.call({ path: location })
  expectAnswer(status, stands(204, '0-299'))
  const next = await sent(served, status.headers.location ?? '', 300, 999)
  expectAnswer(await served.call({ method: 'PUT', path: `${next}&digest=${digest}` }), created())
  await expectStored(served)
})

describe('DELETE', () => {
  test('cancels an upload, and leaves nothing of it', async () => {
    const served = await trialServer()
    const location = await sent(served, await started(served), 0, 499)
    const answer = await served.call({ method: 'DELETE', path: location })
    expectAnswer(answer, { status: 204, headers: { 'content-length': undefined }, body: Buffer.of() })
    await expectNothingStored(served)
    const again = { method: 'PUT', path: `${location}&digest=${digest}`, headers: contentRange(500, 999), body: blob.subarray(500) }
    expectAnswer(await served.call(again), { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })
  })

  test('needs no right to delete: it is the own upload', async () => {
    const served = await trialServer({ settings: { deleteEnabled: false } })
    expectAnswer(await served.call({ method: 'DELETE', path: await started(served) }), { status: 204 })
  })
})

describe('a Location that was not given for this upload is unknown', () => {
  const changes: readonly [string, (location: string) => string][] = [
    ['without its state', location => location.replace(/\?.*/, '')],
    ['with an empty state', location => location.replace(/=.*/, '=')],
    ['with a state that somebody changed', location => location.replace('_state=W', '_state=X')],
    ['with a state that goes on', location => `${location}A`],
    ['with another signature', location => location.replace(/\..*/, '.AAAA')],
    ['in another repository', location => location.replace('/v2/a/', '/v2/b/')],
    ['with another id', location => location.replace(/uploads\/\w+/, 'uploads/other')],
    ['with an id that leaves the folder', location => location.replace(/uploads\/\w+/, 'uploads/..%2f..%2fother')],
    ['with a NUL in its id', location => location.replace(/uploads\/\w+/, '$&%00')],
  ]
  const methods = ['GET', 'PATCH', 'PUT', 'DELETE']

  test.each(changes)('%s', async (_, changed) => {
    const served = await trialServer()
    const location = await started(served)
    expect(changed(location)).not.toBe(location)
    for (const method of methods) {
      const separator = changed(location).includes('?') ? '&' : '?'
      const path = method === 'PUT' ? `${changed(location)}${separator}digest=${digest}` : changed(location)
      const answer = await served.call({ method, path, body: method === 'GET' ? '' : blob })
      expectAnswer(answer, { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })
    }
    await expectNothingStored(served)
  })

  test('once its last chunk is too long ago', async () => {
    const served = await trialServer({ registry: { maximumAge: hour } })
    const path = await started(served)
    served.clock.move(hour + 1000)
    for (const method of methods) {
      const answer = await served.call({ method, path: `${path}&digest=${digest}` })
      expectAnswer(answer, { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })
    }
  })
})

describe('a mount', () => {
  const mount = (query: string) => ({ method: 'POST', path: `${uploads}?${query}` })

  async function withOther() {
    const served = await trialServer()
    await pushBlob(served.registry, 'other/b', blob)
    return served
  }

  test.each([
    ['from the repository that has it', `mount=${digest}&from=other/b`],
    ['with what is percent-encoded', `mount=${encodeURIComponent(digest)}&from=other%2Fb`],
    ['from wherever it is', `mount=${digest}`],
  ])('%s → 201', async (_, query) => {
    const served = await withOther()
    expectAnswer(await served.call(mount(query)), created())
    await expectStored(served)
  })

  test.each([
    ['from a repository without it', `mount=${digest}&from=elsewhere`],
    ['of a blob that is nowhere', `mount=${sha256('?')}&from=other/b`],
    ['of a blob that is nowhere, from anywhere', `mount=${sha256('?')}`],
    ['of a sha512 that nobody pushed', `mount=${sha512(blob)}`],
  ])('%s → 202, an upload like any other', async (_, query) => {
    const served = await withOther()
    const answer = await served.call(mount(query))
    expectAnswer(answer, stands(202, '0-0'))
    expect(await served.registry.blobs.stat(name('a'), digest)).toBeUndefined()
    const path = `${answer.headers.location}&digest=${digest}`
    expectAnswer(await served.call({ method: 'PUT', path, body: blob }), created())
  })

  test.each([
    ['of no digest', 'mount=latest&from=other/b', 'DIGEST_INVALID'],
    ['of nothing', 'mount=&from=other/b', 'DIGEST_INVALID'],
    ['from what is no name', `mount=${digest}&from=../b`, 'NAME_INVALID'],
    ['from an empty name', `mount=${digest}&from=`, 'NAME_INVALID'],
  ] as const)('%s → 400', async (_, query, code) => {
    const served = await withOther()
    expectAnswer(await served.call(mount(query)), { status: 400, code })
  })
})
