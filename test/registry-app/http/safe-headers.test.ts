import { describe, expect, test } from 'vitest'
import { blobDataPath, revisionLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { name, pushBlob, pushImage } from '../support/images.ts'
import { type Call, trialServer } from './support/trial-server.ts'

const page = '<!doctype html><script>alert(document.domain)</script>'
const digest = sha256(page)

async function stocked(headers: Readonly<Record<string, readonly string[]>> = {}) {
  const served = await trialServer({ pipeline: { headers } })
  await pushBlob(served.registry, 'a', page, 'text/html')
  const manifest = await pushImage(served.registry, 'a', 'a layer', { as: 'latest' })
  return { ...served, manifest }
}

const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

const answers: readonly [sentence: string, call: Call, status: number, cacheControl: string][] = [
  ['the API', { path: '/v2/' }, 200, 'no-store'],
  ['a blob', { path: `/v2/a/blobs/${digest}` }, 200, 'private, max-age=31536000'],
  ['a part of one', { path: `/v2/a/blobs/${digest}`, headers: { range: 'bytes=0-9' } }, 206, 'private, max-age=31536000'],
  [
    'one that the client has',
    { path: `/v2/a/blobs/${digest}`, headers: { 'if-none-match': `"${digest}"` } },
    304,
    'private, max-age=31536000',
  ],
  ['HEAD of one', { method: 'HEAD', path: `/v2/a/blobs/${digest}` }, 200, 'private, max-age=31536000'],
  ['a tag', { path: '/v2/a/manifests/latest' }, 200, 'private, no-cache'],
  ['a list', { path: '/v2/a/tags/list' }, 200, 'no-store'],
  ['the catalog', { path: '/v2/_catalog' }, 200, 'no-store'],
  ['an upload', { method: 'POST', path: '/v2/a/blobs/uploads/' }, 202, 'no-store'],
  ['what is not there', { path: '/v2/a/manifests/none' }, 404, 'no-store'],
  ['no end-point', { path: '/<script>' }, 404, 'no-store'],
]

test.each(answers)(
  'the answer to %s runs nothing in a browser, and stays with the one who asked',
  async (_, call, status, cacheControl) => {
    const { call: send } = await stocked()
    const answer = await send(call)
    expect({ status: answer.status, ...answer.headers }).toMatchObject({ status, ...inert, 'cache-control': cacheControl })
  },
)

test('a page that somebody pushed is served as bytes', async () => {
  const { call } = await stocked()
  const { headers, body } = await call({ path: `/v2/a/blobs/${digest}`, headers: { accept: 'text/html' } })
  expect(headers).toMatchObject({ ...inert, 'content-type': 'application/octet-stream' })
  expect(body.toString()).toBe(page)
})

describe('a manifest that another program put into the storage', () => {
  const stored: readonly [sentence: string, mediaType: string, served: string][] = [
    ['that says it is a page is served so, but runs nothing', 'text/html', 'text/html'],
    [
      'whose type would end its header is served by what its fields are',
      'a/b\r\nset-cookie: x',
      'application/vnd.oci.image.manifest.v1+json',
    ],
    ['whose type is no header is served by what its fields are', 'a/🐳', 'application/vnd.oci.image.manifest.v1+json'],
  ]
  test.each(stored)('%s', async (_, mediaType, served) => {
    const { call, driver } = await trialServer()
    const manifest = bytes(JSON.stringify({ schemaVersion: 2, mediaType, config: {}, layers: [], page }))
    await driver.put(blobDataPath(sha256(manifest)), manifest)
    await driver.put(revisionLinkPath(name('a'), sha256(manifest)), bytes(sha256(manifest)))
    const answer = await call({ path: `/v2/a/manifests/${sha256(manifest)}` })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ ...inert, 'content-type': served })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
})

test('http.headers replaces them, and adds what only the operator can know', async () => {
  const hsts = 'max-age=63072000'
  const { call } = await stocked({
    'Strict-Transport-Security': [hsts],
    'Content-Security-Policy': ["default-src 'self'"],
    'X-Content-Type-Options': [],
  })
  const { headers } = await call({ path: '/v2/' })
  expect(headers).toMatchObject({ 'strict-transport-security': hsts, 'content-security-policy': "default-src 'self'" })
  expect(headers['x-content-type-options']).toBeUndefined()
})

test('nothing says Strict-Transport-Security of itself: it would bind every port of the host', async () => {
  const { call } = await stocked()
  expect((await call({ path: '/v2/' })).headers['strict-transport-security']).toBeUndefined()
})
