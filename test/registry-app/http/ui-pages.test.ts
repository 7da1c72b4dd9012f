import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { policyFor, uiPages } from '../../../registry-app/src/http/ui-pages.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { trialServer } from './support/trial-server.ts'

const html = '<!doctype html><style>b{}</style><script>1</script>'

async function served(prefix = '') {
  let loads = 0
  const load = async () => {
    loads += 1
    if (loads === 1 && prefix === '/broken') throw new Error('it could not be built')
    return gzipSync(html)
  }
  const over = await trialServer({ locate: { prefix }, pipeline: { pages: uiPages(prefix, load), prefix } })
  return { ...over, loads: () => loads }
}

const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }

describe('the page', () => {
  test('is one file with a policy that allows exactly what is in it', async () => {
    const { call } = await served()
    const answer = await call({ path: '/ui/' })
    expectAnswer(answer, {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyFor(html),
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'content-encoding': undefined,
        etag: /^"[\w-]{43}"$/,
      },
    })
    expect(answer.body.toString()).toBe(html)
    expect(policyFor(html)).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; connect-src 'self';/,
    )
    expect(policyFor(html)).toMatch(/frame-ancestors 'none'/)
    expect(policyFor(html)).not.toMatch(/unsafe|\*|https?:/)
  })

  test('comes gzipped to who takes that', async () => {
    const { call } = await served()
    const answer = await call({ path: '/ui/', headers: { 'accept-encoding': 'br, gzip' } })
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(answer.body).toString()).toBe(html)
    expect((await call({ path: '/ui/', headers: { 'accept-encoding': 'gzip;q=0, br' } })).headers['content-encoding']).toBeUndefined()
  })

  test('is not sent again to who has it', async () => {
    const { call } = await served()
    const { headers } = await call({ path: '/ui/' })
    const answer = await call({ path: '/ui/', headers: { 'if-none-match': `W/${headers.etag}` } })
    expect([answer.status, answer.body.length]).toEqual([304, 0])
  })

  test('is where browsers are led, and nobody else', async () => {
    const { call } = await served()
    expectAnswer(await call({ path: '/', headers: browser }), { status: 302, headers: { location: '/ui/' } })
    expectAnswer(await call({ path: '/ui' }), { status: 302, headers: { location: '/ui/' } })
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      expectAnswer(await call({ path: '/', headers }), { status: 200, headers: { location: undefined, 'content-length': '0' } })
    }
    expectAnswer(await call({ method: 'POST', path: '/', headers: browser }), { status: 404, code: 'UNSUPPORTED' })
  })

  test('is below the prefix that everything is below', async () => {
    const { call } = await served('/registry')
    expectAnswer(await call({ path: '/registry/', headers: browser }), { status: 302, headers: { location: '/registry/ui/' } })
    expectAnswer(await call({ path: '/registry/ui/' }), { status: 200 })
    expectAnswer(await call({ path: '/ui/' }), { status: 404, code: 'UNSUPPORTED' })
  })

  test('is made once, and again only where that has failed', async () => {
    const { call, loads } = await served()
    await Promise.all([1, 2, 3].map(() => call({ path: '/ui/' })))
    expect(loads()).toBe(1)
    const broken = await served('/broken')
    expect((await broken.call({ path: '/broken/ui/' })).status).toBe(500)
    expect((await broken.call({ path: '/broken/ui/' })).status).toBe(200)
  })
})
