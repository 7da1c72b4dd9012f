import { describe, expect, test } from 'vitest'
import { routes } from '../../../registry-app/src/api/routes.ts'
import type { ErrorCode } from '../../../registry-app/src/registry/errors.ts'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { sha256 } from '../support/bytes.ts'

const digest = sha256('nobody has pushed this')
const longest = 'a'.repeat(255)

test('GET /v2/ says that this is a registry', async () => {
  const { call } = await trialServer()
  expectAnswer(await call({ path: '/v2/' }), { status: 200, headers: { 'content-type': 'application/json' }, json: {} })
})

test('the table has every end-point of the specification, by its number', () => {
  const numbers = routes.flatMap(({ endPoint = [] }) => endPoint)
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14].map(number => `end-${number}`)
  expect(numbers.sort()).toEqual(expected.sort())
})

const found: readonly [request: string, status: number, code?: ErrorCode][] = [
  ['GET /v2', 200],
  ['HEAD /v2/', 200],
  ['GET /v2/?whatever=else', 200],
  ['GET /v2/_catalog', 200],
  ['POST /v2/a/blobs/uploads', 202],
  ['POST /v2/a/blobs/uploads/', 202],
  ['POST /v2/a/b/c/d/e/f/blobs/uploads/', 202],
  ['POST /v2/manifests/blobs/uploads/', 202],
  ['POST /v2/blobs/uploads/blobs/uploads/', 202],
  [`POST /v2/${longest}/blobs/uploads/`, 202],
  [`GET /v2/a/blobs/${digest}/manifests/latest`, 400, 'NAME_INVALID'],
  ['GET /v2/a/manifests/b/manifests/latest', 404, 'MANIFEST_UNKNOWN'],
  ['GET /v2/a/tags/list/tags/list', 404, 'NAME_UNKNOWN'],
  [`GET /v2/a/blobs/uploads/blobs/${digest}`, 404, 'BLOB_UNKNOWN'],
]

const notThere: readonly string[] = [
  'POST /',
  'GET /v1/',
  'GET /v2/a',
  'GET /v2//tags/list',
  'GET /v2/tags/list',
  'GET /v2/a/tags',
  'GET /v2/a/tags/list/',
  'GET /v2/a/manifests/',
  'GET /v2/a/manifests/b/',
  'GET /v2/_catalog/',
  'GET /v2/a/referrers/',
  'GET /v2/../../../etc/passwd',
  'GET /V2/',
  'GET /favicon.ico',
  'POST /healthz',
  'OPTIONS *',
]

const otherMethods: readonly [request: string, allow: string][] = [
  ['POST /v2/', 'GET, HEAD'],
  ['DELETE /v2/_catalog', 'GET, HEAD'],
  ['GET /v2/a/blobs/uploads/', 'POST'],
  ['POST /v2/a/blobs/uploads/id', 'GET, HEAD, PATCH, PUT, DELETE'],
  [`PUT /v2/a/blobs/${digest}`, 'GET, HEAD, DELETE'],
  ['PATCH /v2/a/manifests/latest', 'GET, HEAD, PUT, DELETE'],
  ['PUT /v2/a/tags/list', 'GET, HEAD'],
  [`DELETE /v2/a/referrers/${digest}`, 'GET, HEAD'],
  ['TRACE /v2/', 'GET, HEAD'],
]

const badNames: readonly string[] = [
  'A',
  'a//b',
  'a/',
  '-a',
  'a-',
  'a.',
  'a..b',
  'a___b',
  'a/_b',
  '_uploads',
  'a/../b',
  '..',
  '.',
  'a%2fb',
  'a%2Fb',
  '%61',
  'a%00',
  'a%20b',
  'a:b',
  'a@b',
  '%C3%A4',
  `${longest}a`,
]

const split = (request: string) => {
  const [method = '', path = ''] = request.split(' ', 2)
  return { method, path }
}

describe('a path', () => {
  test.each(found)('%s → %i', async (request, status, code) => {
    const { call } = await trialServer()
    expectAnswer(await call(split(request)), { status, ...(code ? { code } : {}) })
  })

  test.each(notThere)('%s → 404: there is no such end-point', async request => {
    const { call } = await trialServer()
    expectAnswer(await call(split(request)), { status: 404, code: 'UNSUPPORTED', headers: { allow: undefined } })
  })

  test.each(otherMethods)('%s → 405, with the methods that there are: %s', async (request, allow) => {
    const { call } = await trialServer()
    expectAnswer(await call(split(request)), { status: 405, code: 'UNSUPPORTED', headers: { allow } })
  })
})

describe('OPTIONS', () => {
  test.each([
    ['/v2/', 'GET, HEAD'],
    ['/v2/a/manifests/latest', 'GET, HEAD, PUT, DELETE'],
    ['/v2/a/blobs/uploads/', 'POST'],
  ])('of %s tells the methods that there are: %s', async (path, allow) => {
    const { call } = await trialServer()
    const answer = await call({ method: 'OPTIONS', path })
    expectAnswer(answer, { status: 200, headers: { allow, 'content-length': '0', 'access-control-allow-origin': undefined } })
  })

  test('grants a page of another site what the configured headers grant it', async () => {
    const granted = { 'Access-Control-Allow-Origin': ['https://ui.example'], 'Access-Control-Allow-Methods': ['GET, DELETE'] }
    const { call } = await trialServer({ pipeline: { headers: granted } })
    const preflight = { origin: 'https://ui.example', 'access-control-request-method': 'DELETE' }
    const headers = { 'access-control-allow-origin': 'https://ui.example', 'access-control-allow-methods': 'GET, DELETE' }
    expectAnswer(await call({ method: 'OPTIONS', path: '/v2/a/manifests/latest', headers: preflight }), { status: 200, headers })
  })
})

test.each(badNames)('a repository cannot be named %s', async name => {
  const { call } = await trialServer()
  for (const request of [`GET /v2/${name}/manifests/latest`, `POST /v2/${name}/blobs/uploads/`, `GET /v2/${name}/tags/list`]) {
    expectAnswer(await call(split(request)), { status: 400, code: 'NAME_INVALID' })
  }
})

test('every answer has an id of its own, which the log has too', async () => {
  const { call, log } = await trialServer()
  const ids = [await call({ path: '/v2/' }), await call({ path: '/' })].map(({ headers }) => headers['x-request-id'])
  expect(new Set(ids).size).toBe(2)
  await eventually(() => log().map(line => JSON.parse(line)['http.request.id'])).toEqual(ids)
})
