import { describe, expect, test } from 'vitest'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { type Expected, expectAnswer, expectErrors } from '../http/support/expect-answer.ts'
import { type Call, trialServer } from '../http/support/trial-server.ts'
import { MiB, sha256, sha512 } from '../support/bytes.ts'
import { configType, descriptor, encode, foreignLayerType, image, index, pushBlob } from '../support/images.ts'

const config = descriptor('{}', configType)
const layer = descriptor('a layer')
const json = image({ config, layers: [layer] })
const manifest = Buffer.from(encode(json))
const digest = sha256(manifest)
const at = (reference: string) => `/v2/a/manifests/${reference}`
const ociManifest = { 'content-type': mediaTypes.ociManifest }

/** A server whose repository `a` has the config and the layer. */
async function withBlobs() {
  const served = await trialServer()
  await pushBlob(served.registry, 'a', '{}')
  await pushBlob(served.registry, 'a', 'a layer')
  return served
}

async function withManifest() {
  const served = await withBlobs()
  expectAnswer(await served.call({ method: 'PUT', path: at('latest'), headers: ociManifest, body: manifest }), { status: 201 })
  return served
}

const created = (as: string = digest) => ({ location: at(as), 'docker-content-digest': as, 'content-length': '0' })
const put = (reference: string, body: Uint8Array | string = manifest, headers = {}): Call => ({
  method: 'PUT',
  path: at(reference),
  headers,
  body,
})

const dockerImage = encode(image({ mediaType: mediaTypes.dockerManifest, config, layers: [layer] }))
const withoutType = encode(image({ mediaType: undefined, config, layers: [layer] }))
const invalid: Expected = { status: 400, code: 'MANIFEST_INVALID' }

const pushes: readonly [sentence: string, call: Call, expected: Expected][] = [
  ['under a tag', put('latest', manifest, ociManifest), { status: 201, headers: { ...created(), 'oci-tag': undefined } }],
  ['under its digest', put(digest, manifest, ociManifest), { status: 201, headers: created() }],
  ['under its sha512', put(sha512(manifest), manifest, ociManifest), { status: 201, headers: created(sha512(manifest)) }],
  ['under its digest with %3A', put(encodeURIComponent(digest), manifest, ociManifest), { status: 201, headers: created() }],
  ['without a Content-Type', put('latest'), { status: 201 }],
  ['as curl sends it', put('latest', manifest, { 'content-type': 'application/octet-stream' }), { status: 201 }],
  ['as JSON', put('latest', manifest, { 'content-type': 'application/json; charset=utf-8' }), { status: 201 }],
  ['with parameters', put('latest', manifest, { 'content-type': `${mediaTypes.ociManifest}; charset=utf-8` }), { status: 201 }],
  ['in capitals', put('latest', manifest, { 'content-type': mediaTypes.ociManifest.toUpperCase() }), { status: 201 }],
  ["as Docker's", put('latest', dockerImage, { 'content-type': mediaTypes.dockerManifest }), { status: 201 }],
  ['with no type but the Content-Type', put('latest', withoutType, { 'content-type': mediaTypes.dockerManifest }), { status: 201 }],
  ['under a digest that is another', put(sha256('?'), manifest, ociManifest), { status: 400, code: 'DIGEST_INVALID' }],
  ['under a digest of another kind', put('md5:abc'), { status: 400, code: 'DIGEST_INVALID' }],
  ['under a tag that is too long', put('a'.repeat(129)), { status: 400, code: 'TAG_INVALID' }],
  ['under the longest tag', put('a'.repeat(128)), { status: 201 }],
  ['under a tag that begins with a dot', put('.a'), { status: 400, code: 'TAG_INVALID' }],
  ['under a tag with a slash', put('a%2fb'), { status: 400, code: 'TAG_INVALID' }],
  ['under a tag with a NUL', put('a%00'), { status: 400, code: 'TAG_INVALID' }],
  ['as what it is not', put('latest', manifest, { 'content-type': mediaTypes.ociIndex }), { ...invalid, detail: { field: 'mediaType' } }],
  ['as what nobody knows', put('latest', withoutType, { 'content-type': 'text/plain' }), invalid],
  ['of nothing', put('latest', ''), invalid],
  ['of what is no JSON', put('latest', '{'), { ...invalid, detail: { reason: 'the body is not JSON in UTF-8' } }],
  ['of a list', put('latest', '[]'), invalid],
  ['of schema 1', put('latest', encode({ schemaVersion: 1 })), { ...invalid, detail: { field: 'schemaVersion' } }],
  ['of a bad config', put('latest', encode(image({ config: 'none' }))), { ...invalid, detail: { field: 'config' } }],
]

describe('a push', () => {
  test.each(pushes)('%s', async (_, call, expected) => {
    const { call: send } = await withBlobs()
    expectAnswer(await send(call), expected)
  })

  test('of what refers to what is not here names each of it', async () => {
    const { call } = await trialServer()
    const answer = await call(put('latest'))
    expectErrors(answer, ['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN'])
    expect(answer.status).toBe(400)
    const { errors } = JSON.parse(answer.body.toString())
    expect(errors.map((error: { detail: { digest: string } }) => error.detail.digest).sort()).toEqual([config.digest, layer.digest].sort())
    expectAnswer(await call({ path: at('latest') }), { status: 404, code: 'MANIFEST_UNKNOWN' })
  })

  test('of layers that are kept elsewhere is accepted with a warning', async () => {
    const { call } = await withBlobs()
    const foreign = { ...descriptor('far away', foreignLayerType), urls: ['https://example.com/layer'] }
    const answer = await call(put('latest', encode(image({ config, layers: [foreign] }))))
    expectAnswer(answer, { status: 201, headers: { warning: /^299 - "[\x20-\x7e]{1,200}"$/ } })
  })

  test('of layers that are here is accepted without a warning', async () => {
    const { call } = await withBlobs()
    expectAnswer(await call(put('latest')), { status: 201, headers: { warning: undefined } })
  })

  test('of one with a subject says that it was seen, whether or not the subject is here', async () => {
    const { call } = await withBlobs()
    const subject = descriptor('not here', mediaTypes.ociManifest)
    const attachment = encode(image({ config, layers: [], subject }))
    const headers = { ...created(sha256(attachment)), 'oci-subject': subject.digest }
    expectAnswer(await call(put(sha256(attachment), attachment)), { status: 201, headers })
    expectAnswer(await call(put('latest')), { status: 201, headers: { 'oci-subject': undefined } })
  })

  const tagged = (tags: readonly string[]) => put(`${digest}?${tags.map(tag => `tag=${tag}`).join('&')}`)
  const numbered = (count: number) => Array.from({ length: count }, (_, number) => `t${number}`)

  test('by digest gives it the tags that are asked for', async () => {
    const { call } = await withBlobs()
    const tags = ['1.2.3', '1.2', '1', 'latest']
    expectAnswer(await call(tagged(tags)), { status: 201, headers: { ...created(), 'oci-tag': '1.2.3, 1.2, 1, latest' } })
    for (const tag of tags) expectAnswer(await call({ path: at(tag) }), { status: 200, body: manifest })
  })

  test('takes 100 tags at once', async () => {
    const { call } = await withBlobs()
    expectAnswer(await call(tagged(numbered(100))), { status: 201, headers: { 'oci-tag': numbered(100).join(', ') } })
  })

  test('with more tags than that → 414, and nothing is stored', async () => {
    const { call } = await withBlobs()
    expectAnswer(await call(tagged(numbered(101))), { status: 414, code: 'TAG_INVALID', detail: { tags: 101 } })
    expectAnswer(await call({ path: at(digest) }), { status: 404 })
  })

  test.each([
    ['a tag that is none', `${digest}?tag=good&tag=.bad`],
    ['an empty tag', `${digest}?tag=`],
    ['a tag beside a tag', 'latest?tag=other'],
  ])('with %s → 400, and nothing is stored', async (_, reference) => {
    const { call } = await withBlobs()
    expectAnswer(await call(put(reference)), { status: 400, code: 'TAG_INVALID' })
    for (const each of [digest, 'good', 'latest']) expectAnswer(await call({ path: at(each) }), { status: 404 })
  })
})

describe('a manifest of 4 MiB', () => {
  /** JSON may end in spaces. */
  const sized = (size: number) => Buffer.concat([manifest, Buffer.alloc(size - manifest.length, ' ')])
  const tooLarge: Expected = { status: 413, code: 'MANIFEST_INVALID', detail: { size: 4 * MiB + 1 } }
  const chunked = { 'transfer-encoding': 'chunked' }

  test.each([
    ['with its length', {}],
    ['without', chunked],
  ])('is accepted, sent %s', async (_, headers) => {
    const { call } = await withBlobs()
    const large = sized(4 * MiB)
    expectAnswer(await call(put('large', large, headers)), { status: 201, headers: created(sha256(large)) })
    expectAnswer(await call({ path: at('large') }), { status: 200, body: large })
  })

  test('is refused with one byte more', async () => {
    const { call } = await withBlobs()
    expectAnswer(await call(put('large', sized(4 * MiB + 1))), tooLarge)
    expectAnswer(await call({ path: at('large') }), { status: 404 })
  })

  test('is refused with one byte more where the length is not told', async () => {
    const { call } = await withBlobs()
    expectAnswer(await call(put('large', sized(4 * MiB + 1), chunked)), { status: 413, code: 'MANIFEST_INVALID' })
    expectAnswer(await call({ path: at('large') }), { status: 404 })
  })
})

const served = { 'content-type': mediaTypes.ociManifest, 'content-length': String(manifest.length), 'docker-content-digest': digest }
const forever = 'private, max-age=31536000'
const unknown: Expected = { status: 404, code: 'MANIFEST_UNKNOWN' }
const get = (reference: string, headers = {}): Call => ({ path: at(reference), headers })

const pulls: readonly [sentence: string, call: Call, expected: Expected][] = [
  [
    'by tag',
    get('latest'),
    { status: 200, headers: { ...served, etag: `"${digest}"`, 'cache-control': 'private, no-cache' }, body: manifest },
  ],
  ['by digest', get(digest), { status: 200, headers: { ...served, etag: `"${digest}"`, 'cache-control': forever }, body: manifest }],
  ['by digest with %3A', get(encodeURIComponent(digest)), { status: 200, headers: served, body: manifest }],
  ['HEAD by tag', { ...get('latest'), method: 'HEAD' }, { status: 200, headers: served, body: Buffer.of() }],
  ['HEAD by digest', { ...get(digest), method: 'HEAD' }, { status: 200, headers: served, body: Buffer.of() }],
  ['HEAD of none', { ...get('none'), method: 'HEAD' }, { status: 404 }],
  ['for who accepts anything', get('latest', { accept: '*/*' }), { status: 200, headers: served, body: manifest }],
  ['for who accepts another kind', get('latest', { accept: mediaTypes.dockerManifest }), { status: 200, headers: served, body: manifest }],
  ['for who accepts pictures', get('latest', { accept: 'image/png;q=0.1,,;' }), { status: 200, headers: served, body: manifest }],
  ['that has not changed', get('latest', { 'if-none-match': `"${digest}"` }), { status: 304, headers: { 'content-length': undefined } }],
  ['that has changed', get('latest', { 'if-none-match': '"other"' }), { status: 200, body: manifest }],
  ['by a tag that is not there', get('none'), { ...unknown, detail: { name: 'a', reference: 'none' } }],
  ['by a digest that is not there', get(sha256('?')), unknown],
  ['from a repository that is not there', { path: `/v2/b/manifests/${digest}` }, unknown],
  ['by the digest of a blob', get(layer.digest), unknown],
  ['by what is no digest', get('sha256:abc'), { status: 400, code: 'DIGEST_INVALID' }],
  ['by what is no tag', get('-'), { status: 400, code: 'TAG_INVALID' }],
]

test('of bytes that are damaged a manifest is neither served nor announced, and can be deleted with its tags', async () => {
  const { driver, another } = await withManifest()
  await driver.put(blobDataPath(digest), manifest.subarray(1))
  const { call } = await trialServer({ pipeline: { registry: another() } })
  for (const reference of [digest, 'latest']) {
    expectAnswer(await call(get(reference)), unknown)
    expectAnswer(await call({ ...get(reference), method: 'HEAD' }), { status: 404 })
  }
  expectAnswer(await call({ ...get(digest), method: 'DELETE' }), { status: 202 })
  expectAnswer(await call({ path: '/v2/a/tags/list' }), { status: 200, json: { name: 'a', tags: [] } })
  expectAnswer(await call({ ...get(digest), method: 'DELETE' }), unknown)
})

describe('a pull', () => {
  test.each(pulls)('%s', async (_, call, expected) => {
    const { call: send } = await withManifest()
    expectAnswer(await send(call), expected)
  })

  test.each([
    ['an index', encode(index([])), mediaTypes.ociIndex],
    ['a list of Docker', encode(index([], { mediaType: mediaTypes.dockerList })), mediaTypes.dockerList],
    ['an image of Docker', dockerImage, mediaTypes.dockerManifest],
    ['an image without a type', withoutType, mediaTypes.ociManifest],
  ])('of %s tells what it is, and gives the bytes that were pushed', async (_, body, type) => {
    const { call } = await withBlobs()
    expectAnswer(await call(put('latest', body)), { status: 201 })
    expectAnswer(await call(get('latest')), { status: 200, headers: { 'content-type': type }, body: Buffer.from(body) })
  })

  test('follows a tag that moves', async () => {
    const { call } = await withManifest()
    expectAnswer(await call(put('latest', dockerImage)), { status: 201 })
    expectAnswer(await call(get('latest')), { status: 200, body: Buffer.from(dockerImage) })
    expectAnswer(await call(get(digest)), { status: 200, body: Buffer.from(manifest) })
  })
})

const remove = (reference: string): Call => ({ method: 'DELETE', path: at(reference) })

const deletions: readonly [sentence: string, call: Call, expected: Expected][] = [
  ['of a tag', remove('latest'), { status: 202 }],
  ['of a manifest', remove(digest), { status: 202 }],
  ['of a tag that is not there', remove('none'), unknown],
  ['of a manifest that is not there', remove(sha256('?')), unknown],
  ['in a repository that is not there', { method: 'DELETE', path: `/v2/b/manifests/${digest}` }, unknown],
  ['of what is no digest', remove('sha256:abc'), { status: 400, code: 'DIGEST_INVALID' }],
]

describe('a deletion', () => {
  test.each(deletions)('%s', async (_, call, expected) => {
    const { call: send } = await withManifest()
    expectAnswer(await send(call), expected)
  })

  test('of a tag leaves the manifest', async () => {
    const { call } = await withManifest()
    await call(remove('latest'))
    expectAnswer(await call(get('latest')), unknown)
    expectAnswer(await call(get(digest)), { status: 200, body: manifest })
    expectAnswer(await call(remove('latest')), unknown)
  })

  test('of a manifest takes its tags with it, and no others', async () => {
    const { call } = await withManifest()
    await call(put('also', manifest))
    await call(put('other', dockerImage))
    await call(remove(digest))
    for (const each of [digest, 'latest', 'also']) expectAnswer(await call(get(each)), unknown)
    expectAnswer(await call(get('other')), { status: 200, body: Buffer.from(dockerImage) })
  })
})
