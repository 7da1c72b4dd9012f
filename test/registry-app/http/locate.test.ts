import { describe, expect, test } from 'vitest'
import type { LocateOptions } from '../../../registry-app/src/http/locate.ts'
import { trustedProxies } from '../../../registry-app/src/http/trusted-proxies.ts'
import { sha256 } from '../support/bytes.ts'
import { pushBlob } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { trialServer } from './support/trial-server.ts'

const host = 'https://images.example.com'
const byRequest = 'http://registry.test:5000'
const forged = {
  host: 'registry.test:5000',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-prefix': '/evil',
  'x-forwarded-for': '10.0.0.1',
  forwarded: 'host=evil.example;proto=https',
  'x-original-host': 'evil.example',
}

const cases: readonly [string, Partial<LocateOptions>, start: string][] = [
  ['nothing', {}, ''],
  ['http.host', { host }, host],
  ['http.prefix', { prefix: '/registry' }, '/registry'],
  ['http.host and http.prefix', { host, prefix: '/registry' }, `${host}/registry`],
  ['relativeurls: true', { relativeurls: true }, ''],
  ['relativeurls: true and http.host', { relativeurls: true, host }, ''],
  ['relativeurls: true and http.prefix', { relativeurls: true, prefix: '/registry' }, '/registry'],
  ['relativeurls: false', { relativeurls: false }, byRequest],
  ['relativeurls: false and http.prefix', { relativeurls: false, prefix: '/registry' }, `${byRequest}/registry`],
  ['relativeurls: false and http.host', { relativeurls: false, host }, host],
]

describe.each(cases)('with %s', (_, locate, start) => {
  const prefix = locate.prefix ?? ''

  test('an upload lies where the configuration says, whatever a proxy claims', async () => {
    const { call } = await trialServer({ locate })
    const answer = await call({ method: 'POST', path: `${prefix}/v2/a/blobs/uploads/`, headers: forged })
    expectAnswer(answer, { status: 202 })
    expect(answer.headers.location).toMatch(new RegExp(`^${start.replaceAll('.', '\\.')}/v2/a/blobs/uploads/[^/]+$`))
    expect(JSON.stringify(answer.headers)).not.toContain('evil')
  })

  test('so does a blob', async () => {
    const { call } = await trialServer({ locate })
    const path = `${prefix}/v2/a/blobs/uploads/?digest=${sha256('x')}`
    const headers = { location: `${start}/v2/a/blobs/${sha256('x')}` }
    expectAnswer(await call({ method: 'POST', path, headers: forged, body: 'x' }), { status: 201, headers })
  })

  test('so does the next page', async () => {
    const { call, registry } = await trialServer({ locate })
    for (const name of ['a', 'b']) await pushBlob(registry, name, 'x')
    const headers = { link: `<${start}/v2/_catalog?last=a&n=1>; rel="next"` }
    expectAnswer(await call({ path: `${prefix}/v2/_catalog?n=1`, headers: forged }), { status: 200, headers })
  })
})

test.each(['/v2/', '/registryv2/', '/other/v2/', '/registry'])('with http.prefix, %s is not there', async path => {
  const { call } = await trialServer({ locate: { prefix: '/registry' } })
  expectAnswer(await call({ path }), { status: 404, code: 'UNSUPPORTED' })
})

test('a proxy that is trusted is believed, in URLs and in the log', async () => {
  const { call, log } = await trialServer({ locate: { relativeurls: false }, pipeline: { trusted: trustedProxies(['127.0.0.0/8']) } })
  const headers = {
    host: 'registry.test:5000',
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'a.example',
  }
  const { headers: answered } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/', headers })
  expect(answered.location).toMatch(/^https:\/\/a\.example\/v2\/a\/blobs\/uploads\//)
  await eventually(() => log().join()).toContain('"http.request.remoteaddr":"192.0.2.7"')
})

test('a Host of no sense gets into no header: it is refused', async () => {
  const { call } = await trialServer({ locate: { relativeurls: false } })
  const answer = await call({ method: 'POST', path: '/v2/a/blobs/uploads/', headers: { host: 'a b"<>\xff' } })
  expectAnswer(answer, { status: 400, code: 'UNSUPPORTED' })
})
