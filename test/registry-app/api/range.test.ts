import { describe, expect, test } from 'vitest'
import { parseContentRange } from '../../../registry-app/src/api/range.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { content, sha256 } from '../support/bytes.ts'
import { codeOf, pushBlob } from '../support/images.ts'

const blob = content(1000)
const digest = sha256(blob)
const path = `/v2/a/blobs/${digest}`

async function seeded(text: Uint8Array = blob) {
  const served = await trialServer()
  await pushBlob(served.registry, 'a', text)
  return served
}

const partial: readonly [range: string, first: number, last: number][] = [
  ['bytes=0-499', 0, 499],
  ['bytes=500-999', 500, 999],
  ['bytes=500-', 500, 999],
  ['bytes=0-', 0, 999],
  ['bytes=0-0', 0, 0],
  ['bytes=999-999', 999, 999],
  ['bytes=990-2000', 990, 999],
  ['bytes=990-999999999999999', 990, 999],
  ['bytes=-200', 800, 999],
  ['bytes=-1', 999, 999],
  ['bytes=-1000', 0, 999],
  ['bytes=-5000', 0, 999],
]

const unsatisfiable = [
  'bytes=1000-',
  'bytes=1000-1000',
  'bytes=1000-2000',
  'bytes=999999999999999-',
  'bytes=-0',
  'bytes=500-0',
  'bytes=1-0',
]

const ignored = [
  'bytes=0-9,20-29',
  'bytes=0-9, -10',
  'bytes=-',
  'bytes=',
  'bytes',
  '',
  'lines=0-4',
  'bytes=a-b',
  'bytes=0x1-0x2',
  'bytes=1.5-2',
  'bytes=--1',
  'bytes=0-4-5',
  'bytes=99999999999999999999999-',
]

describe('Range', () => {
  test.each(partial)('%s → 206 with bytes %i to %i', async (range, first, last) => {
    const { call } = await seeded()
    expectAnswer(await call({ path, headers: { range } }), {
      status: 206,
      headers: {
        'content-range': `bytes ${first}-${last}/1000`,
        'content-length': String(last - first + 1),
        'docker-content-digest': digest,
        'accept-ranges': 'bytes',
        etag: `"${digest}"`,
      },
      body: blob.subarray(first, last + 1),
    })
  })

  test.each(unsatisfiable)('%s → 416 RANGE_INVALID with the size that there is', async range => {
    const { call } = await seeded()
    const headers = { 'content-range': 'bytes */1000' }
    const detail = { range, size: 1000 }
    expectAnswer(await call({ path, headers: { range } }), { status: 416, headers, code: 'RANGE_INVALID', detail })
  })

  test.each(ignored)('"%s" is passed over, and all of it answered', async range => {
    const { call } = await seeded()
    const headers = { 'content-range': undefined, 'content-length': '1000' }
    expectAnswer(await call({ path, headers: { range } }), { status: 200, headers, body: blob })
  })

  test.each(['bytes=0-', 'bytes=0-9', 'bytes=-5', 'bytes=-0'])('%s of a blob of no bytes → 416', async range => {
    const { call } = await seeded(Buffer.of())
    const headers = { 'content-range': 'bytes */0' }
    expectAnswer(await call({ path: path.replace(digest, sha256('')), headers: { range } }), {
      status: 416,
      headers,
      code: 'RANGE_INVALID',
    })
  })

  test.each(['bytes=0-9', 'bytes=-9'])('%s of a blob that is not there → 404', async range => {
    const { call } = await seeded()
    expectAnswer(await call({ path: path.replace(digest, sha256('?')), headers: { range } }), { status: 404, code: 'BLOB_UNKNOWN' })
  })

  test('goes with GET only: HEAD tells of the whole', async () => {
    const { call } = await seeded()
    const headers = { 'content-range': undefined, 'content-length': '1000' }
    expectAnswer(await call({ method: 'HEAD', path, headers: { range: 'bytes=0-9' } }), { status: 200, headers })
  })

  test.each([
    ['the same entity', `"${digest}"`, 206],
    ['another', `"${sha256('?')}"`, 200],
    ['the same, but weak', `W/"${digest}"`, 200],
    ['a date', 'Sat, 29 Oct 2024 19:43:31 GMT', 200],
  ])('If-Range: %s', async (_, tag, status) => {
    const { call } = await seeded()
    expectAnswer(await call({ path, headers: { range: 'bytes=0-9', 'if-range': tag } }), { status })
  })

  test('If-None-Match comes first', async () => {
    const { call } = await seeded()
    const headers = { range: 'bytes=0-9', 'if-none-match': `"${digest}"` }
    expectAnswer(await call({ path, headers }), { status: 304, headers: { 'content-range': undefined } })
  })
})

describe('Content-Range', () => {
  test.each([
    ['0-0', 0, 0],
    ['0-499', 0, 499],
    ['500-999', 500, 999],
    ['bytes 0-499/1000', 0, 499],
    ['bytes 0-499/*', 0, 499],
    ['00-09', 0, 9],
  ])('%s is understood', (header, first, last) => {
    expect(parseContentRange(header)).toEqual({ first, last })
  })

  test.each(['', '-', '0', '0-', '-5', '5-4', 'a-b', '0-1-2', 'bytes=0-4', ' 0-4', '0-4 ', '0-9999999999999999', '0-4, 5-6'])(
    '"%s" is refused',
    async header => {
      expect(await codeOf(() => parseContentRange(header))).toBe('RANGE_INVALID')
    },
  )
})
