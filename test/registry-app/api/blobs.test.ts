import { describe, expect, test } from 'vitest'
import { type Expected, expectAnswer } from '../http/support/expect-answer.ts'
import { head, openSocket } from '../http/support/raw-socket.ts'
import { type Call, trialServer } from '../http/support/trial-server.ts'
import { content, pieces, sha256, sha512 } from '../support/bytes.ts'
import { name, pushBlob } from '../support/images.ts'

const blob = content(1000)
const digest = sha256(blob)
const path = `/v2/team/app/blobs/${digest}`

async function seeded() {
  const served = await trialServer()
  await pushBlob(served.registry, 'team/app', blob)
  await pushBlob(served.registry, 'other', 'what only another repository holds')
  return served
}

const whole = {
  'content-length': '1000',
  'content-type': 'application/octet-stream',
  'docker-content-digest': digest,
  'accept-ranges': 'bytes',
  etag: `"${digest}"`,
  'cache-control': 'private, max-age=31536000',
}
const unmodified = { 'docker-content-digest': digest, etag: `"${digest}"`, 'content-length': undefined }
const ifNone = (tag: string): Call => ({ path, headers: { 'if-none-match': tag } })
const notFound: Expected = { status: 404, code: 'BLOB_UNKNOWN' }
const badDigest: Expected = { status: 400, code: 'DIGEST_INVALID' }

const calls: readonly [sentence: string, call: Call, expected: Expected][] = [
  ['GET gives it, with its digest', { path }, { status: 200, headers: whole, body: blob }],
  ['HEAD tells its size and digest', { method: 'HEAD', path }, { status: 200, headers: whole, body: Buffer.of() }],
  ['the colon may be %3A', { path: path.replace('256:', '256%3A') }, { status: 200, headers: whole, body: blob }],
  ['the colon may be %3a', { path: path.replace('256:', '256%3a') }, { status: 200, headers: whole, body: blob }],
  ['GET of what was never pushed', { path: path.replace(digest, sha256('?')) }, { ...notFound, detail: { digest: sha256('?') } }],
  ['HEAD of what was never pushed', { method: 'HEAD', path: path.replace(digest, sha256('?')) }, { status: 404 }],
  ['another repository does not have it', { path: path.replace('team/app', 'team/tool') }, notFound],
  ['nor one that holds other blobs', { path: path.replace('team/app', 'other') }, notFound],
  ['nor under the digest of another algorithm', { path: path.replace(digest, sha512(blob)) }, notFound],
  ['a digest that is too short', { path: path.slice(0, -1) }, badDigest],
  ['a digest that is too long', { path: `${path}0` }, badDigest],
  ['a digest in capitals', { path: path.replace(digest, digest.toUpperCase().replace('SHA', 'sha')) }, badDigest],
  ['an unknown algorithm', { path: path.replace('sha256', 'md5') }, badDigest],
  ['a digest that leaves the folder', { path: path.replace(digest, 'sha256:..%2f..%2fsecret') }, badDigest],
  ['a digest that cannot be decoded', { path: path.replace(digest, 'sha256:%zz') }, badDigest],
  ['a word in place of a digest', { path: path.replace(digest, 'latest') }, badDigest],
  ['If-None-Match: the same', ifNone(`"${digest}"`), { status: 304, headers: unmodified, body: Buffer.of() }],
  ['If-None-Match: the same, weak', ifNone(`W/"${digest}"`), { status: 304, headers: unmodified }],
  ['If-None-Match: without quotes, as some clients have it', ifNone(digest), { status: 304 }],
  ['If-None-Match: one of several', ifNone(`"a", "${digest}"`), { status: 304 }],
  ['If-None-Match: any', ifNone('*'), { status: 304 }],
  ['If-None-Match: another', ifNone(`"${sha256('?')}"`), { status: 200, body: blob }],
  ['If-None-Match: nothing', ifNone(''), { status: 200, body: blob }],
  ['HEAD with If-None-Match', { ...ifNone(`"${digest}"`), method: 'HEAD' }, { status: 304, headers: unmodified }],
  ['If-None-Match of what is not there', { ...ifNone('*'), path: path.replace(digest, sha256('?')) }, notFound],
  ['DELETE takes it away', { method: 'DELETE', path }, { status: 202, headers: { 'docker-content-digest': digest } }],
  ['DELETE of what is not there', { method: 'DELETE', path: path.replace(digest, sha256('?')) }, notFound],
  ['DELETE in a repository that has it not', { method: 'DELETE', path: path.replace('team/app', 'other') }, notFound],
  ['DELETE of no digest', { method: 'DELETE', path: path.slice(0, -1) }, badDigest],
]

describe('a blob', () => {
  test.each(calls)('%s', async (_, call, expected) => {
    const { call: send } = await seeded()
    expectAnswer(await send(call), expected)
  })

  test('that was deleted is gone from this repository, and from no other', async () => {
    const { call, registry } = await seeded()
    await registry.blobs.mount(name('other'), digest, name('team/app'))
    expectAnswer(await call({ method: 'DELETE', path }), { status: 202 })
    expectAnswer(await call({ path }), notFound)
    expectAnswer(await call({ method: 'DELETE', path }), notFound)
    expectAnswer(await call({ path: path.replace('team/app', 'other') }), { status: 200, body: blob })
  })

  test('that was pushed by its sha512 is answered with it', async () => {
    const { call, registry } = await seeded()
    const other = sha512(blob)
    await registry.uploads.store(name('team/app'), other, { pieces: pieces(blob) })
    const headers = { 'docker-content-digest': other, etag: `"${other}"` }
    expectAnswer(await call({ path: path.replace(digest, other) }), { status: 200, headers, body: blob })
  })

  test('of no bytes is a blob too', async () => {
    const { call, registry } = await seeded()
    await pushBlob(registry, 'team/app', '')
    const headers = { 'content-length': '0' }
    expectAnswer(await call({ path: path.replace(digest, sha256('')) }), { status: 200, headers, body: Buffer.of() })
  })
})

const heads = [
  '',
  '/manifests/latest',
  '/_catalog',
  `/team/app/blobs/${digest}`,
  `/team/app/blobs/${sha256('?')}`,
  '/team/app/tags/list',
  '/_/x',
]

test.each(heads)('HEAD /v2%s is answered by headers alone: what follows on the connection is the next answer', async end => {
  const { port } = await seeded()
  const raw = await openSocket(port)
  await raw.send(head(`HEAD /v2${end}`), head('HEAD /v2/', { connection: 'close' }))
  const answers = (await raw.closed).split('\r\n\r\n')
  expect(answers).toEqual([expect.stringMatching(/^HTTP\/1\.1 \d{3} /), expect.stringMatching(/^HTTP\/1\.1 200 /), ''])
})
