import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContentRange, parseRange } from '../../../registry-app/src/api/range.ts'
import { routes } from '../../../registry-app/src/api/routes.ts'
import { createRouter } from '../../../registry-app/src/http/router.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import { content, keysUnder, sha256 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { pushBlob, pushImage } from '../support/images.ts'
import { passwords } from './support/passwords.ts'
import { openSocket } from './support/raw-socket.ts'
import { type TrialServer, trialServer } from './support/trial-server.ts'

/** Hundreds of requests, each of which waits for the answer to the one before: only a hang takes so long, on whichever machine. */
const unhurried = { timeout: 120_000 }

const blob = content(1000)
const digest = sha256(blob)

const odd = fc.constantFrom(
  ...['..', '.', '', '%2e%2e', '%2E.', '..%2f', '%2f', '%5c', '\\', '..\\..', '%00', 'a%00', '%', '%zz', '%c0%ae%c0%ae', '%f0%9f%90%b3'],
  ...['ä', '🐳', 'ﬀ', '~', '*', '#x', ';x', 'a b', '_layers', '_uploads', '_manifests', 'canary', 'a'.repeat(300), 'x/'.repeat(200)],
  ...[
    'sha256:',
    `sha256:${'0'.repeat(64)}`,
    `sha256%3A${'0'.repeat(64)}`,
    digest,
    'sha256:..%2f..',
    'sha512:ff',
    'constructor:',
    '__proto__',
  ],
)
const known = fc.constantFrom('v2', 'a', 'blobs', 'uploads', 'manifests', 'latest', 'tags', 'list', 'referrers', '_catalog', 'healthz')
const segment = fc.oneof({ weight: 3, arbitrary: known }, { weight: 3, arbitrary: odd }, fc.string({ unit: 'grapheme', maxLength: 12 }))
const slash = fc.constantFrom('/', '/', '/', '//', '/./', '/../', '%2f', '\\')
const freePath = fc
  .array(fc.tuple(slash, segment), { maxLength: 10 })
  .map(parts => `/v2${parts.map(([separator, text]) => separator + text).join('')}`)
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL')

/** Mostly what is right, so that the odd gets deep into an end-point, not only to its door. */
const mostly = (...right: string[]) => fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: odd })
const realUpload = 'UPLOAD'
const realState = 'STATE'
const endPoint = fc
  .record({
    route: fc.constantFrom(...routes),
    name: mostly('a', 'a', 'b/c'),
    digest: mostly(digest, digest, sha256('?')),
    reference: mostly('latest', 'other', digest),
    upload: mostly(realUpload),
  })
  .map(({ route, ...params }) => ({
    method: route.method,
    path: route.pattern.replace(/<(\w+)>/g, (_, name: keyof typeof params) => params[name]),
  }))
const target = fc.oneof({ weight: 4, arbitrary: endPoint }, { weight: 1, arbitrary: fc.record({ method, path: freePath }) })

const key = fc.constantFrom('n', 'last', 'digest', 'mount', 'from', 'tag', 'artifactType', 'digest-algorithm', 'other')
const numbers = ['0', '1', '-1', '1e9', '999999999', '99999999999']
const value = fc.oneof(odd, fc.constantFrom(...numbers, digest, sha256('?'), 'a', 'a'.repeat(2000)), fc.string({ maxLength: 20 }))
const state = fc.tuple(fc.constant('_state'), mostly(realState, realState, 'W10.AAAA'))
const query = fc
  .tuple(state, fc.array(fc.tuple(key, value), { maxLength: 3 }))
  .map(([first, more]) => `?${[first, ...more].map(([name, text]) => `${name}=${text}`).join('&')}`)

const number = fc.oneof(fc.nat(2000).map(String), fc.constantFrom('', '-1', '9'.repeat(15), '9'.repeat(30), '0x1', '1.5', 'NaN', ' 1'))
const rangeLike = fc
  .tuple(fc.constantFrom('bytes=', 'bytes ', '', 'lines=', 'bytes'), number, fc.constantFrom('-', '--', ',', '/', ''), number)
  .map(parts => parts.join(''))
const headerValue = fc.oneof(
  rangeLike,
  odd,
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    `"${digest}"`,
    'W/"x"',
    '*',
    ',,,',
    '*/*;q=',
    'application/vnd.oci.image.manifest.v1+json; charset=',
    'chunked',
    '5',
    '\x00',
  ),
)
const headerName = fc.constantFrom(
  ...['range', 'content-range', 'content-type', 'if-none-match', 'if-range', 'accept', 'accept-encoding', 'x-forwarded-host', 'expect'],
  ...['user-agent', 'connection', 'upgrade', 'te', 'trailer', 'authorization'],
)
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 })

/** Of any code points at all. Not by `unit: 'binary'`, which takes most of a second to think of them, and ten on a busy machine. */
const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 3 }).map(points => String.fromCodePoint(...points))

/** Nothing that a URL, a header's value or a request line cannot carry. */
const carried = (text: string) => encodeURI(text.replaceAll(/\s|\p{Cc}/gu, '')).replaceAll('%25', '%')
const oneLine = (text: string) => text.replaceAll(/[\r\n]/g, '')

test('the router answers every path by an end-point, or by an error that has a code', () => {
  const route = createRouter(routes)
  fc.assert(
    fc.property(target, anyText, ({ method, path }, more) => {
      try {
        const { params } = route(method, path + more)
        expect(params.name).toMatch(/^([a-z0-9._/-]{1,255})?$/)
        expect(params.name.split('/')).not.toContain('..')
      } catch (error) {
        expect(error).toBeInstanceOf(RegistryError)
        expect((error as RegistryError).status).toBeLessThan(500)
      }
    }),
    { numRuns: 1000 },
  )
})

describe('what parses headers', () => {
  test('makes of any Range one that has whole numbers, or none', () => {
    fc.assert(
      fc.property(headerValue, text => {
        const range = parseRange(text)
        for (const each of Object.values(range ?? {})) expect(Number.isSafeInteger(each) && each >= 0).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('makes of any Content-Range one that goes forward, or refuses it', () => {
    fc.assert(
      fc.property(headerValue, text => {
        try {
          const { first = 0, last = 0 } = parseContentRange(text) ?? {}
          expect(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: 'RANGE_INVALID', status: 416 })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

/** A registry over a folder that lies beside a file which nobody may see or change. */
async function besideCanary(): Promise<TrialServer & { outside: () => Promise<string[]> }> {
  const folder = await temporaryFolder()
  const root = join(folder, 'root')
  await mkdir(root)
  await writeFile(join(folder, 'canary'), 'confidential')
  const served = await trialServer({ registry: { driver: driverOver(root) }, pipeline: { quiet: true } })
  await pushImage(served.registry, 'a', 'a layer', { as: 'latest' })
  await pushBlob(served.registry, 'a', blob)
  const outside = async () => [...(await readdir(folder)), await readFile(join(folder, 'canary'), 'utf8'), ...(await readdir(root)).sort()]
  return { ...served, outside }
}

/** @returns what puts a real upload, with its real state, in its place */
async function upload(call: TrialServer['call']): Promise<(path: string) => string> {
  const { headers } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })
  const [, id = '', sealed = ''] = /uploads\/([^?]+)\?_state=(.+)$/.exec(headers.location ?? '') ?? []
  return path => path.replace(realUpload, id).replace(realState, sealed)
}

const untouched = ['canary', 'root', 'confidential', 'docker']

describe('over files, a registry', unhurried, () => {
  test('answers any path, query and header without a failure of its own, and touches nothing outside its folder', async () => {
    const { call, outside, log } = await besideCanary()
    const before = await outside()
    const request = fc.record({ target, query, headers, body: fc.constantFrom('', 'x', '{}') })
    const real = await upload(call)
    await fc.assert(
      fc.asyncProperty(request, async ({ target, query, headers, body }) => {
        const sendable = headers
          .filter(([name]) => !['connection', 'upgrade', 'te', 'trailer', 'expect', 'host'].includes(name))
          .map(([name, text]) => [name, text.replaceAll(/[^\x20-\x7e]/g, '')])
        const path = real(carried(target.path + query)).slice(0, 12_000)
        const answer = await call({ method: target.method, path, headers: Object.fromEntries(sendable), body })
        expect(answer.status).toBeLessThan(500)
        expect(answer.body.toString()).not.toContain('confidential')
      }),
      { numRuns: 500 },
    )
    expect((await outside()).filter(name => name !== '.incoming')).toEqual(before.filter(name => name !== '.incoming'))
    expect(before).toEqual(expect.arrayContaining(untouched))
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  test('survives any bytes on its socket: it answers by less than 500 or closes, and serves the next who asks', async () => {
    const { port, call, outside } = await besideCanary()
    const before = await outside()
    const real = await upload(call)
    const line = fc
      .tuple(target, query, fc.nat(9))
      .map(([{ method, path }, rest, dice]) => `${method} ${real(dice === 0 ? path + rest : carried(path + rest))} HTTP/1.1`)
    const fields = fc.array(
      fc
        .tuple(headerName, headerValue, fc.nat(9))
        .map(([name, text, dice]) => `${name}: ${dice === 0 ? text : text.replaceAll(/[^\x20-\x7e]/g, '')}`),
      { maxLength: 3 },
    )
    const lengths = fc.constantFrom(
      '',
      '',
      '',
      '',
      'content-length: 0',
      'content-length: 1',
      'content-length: -1',
      'content-length: 5, 5',
      'transfer-encoding: chunked',
    )
    const bodies = fc.constantFrom('', 'x', '{}', '5\r\nhello\r\n0\r\n\r\n', 'ffffffffffffffffff\r\n')
    const structured = fc
      .tuple(line, fields, lengths, bodies)
      .map(([first, more, length, body]) =>
        [oneLine(first), 'host: a', ...more.map(oneLine), ...(length ? [length] : []), '', body].join('\r\n'),
      )
    const anything = fc.uint8Array({ maxLength: 200 }).map(raw => Buffer.from(raw).toString('latin1'))
    const torn = fc.tuple(structured, fc.nat(200)).map(([text, end]) => text.slice(0, end))
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: structured }, anything, torn), async text => {
        const raw = await openSocket(port)
        await raw.send(text)
        // What is no whole request is waited upon by the server: it is told that there is no more.
        await Promise.race([raw.until(/^HTTP\/1\.1 \d{3} [\s\S]*\r\n\r\n/), sleep(15)]).catch(() => {})
        raw.socket.end()
        const answer = await raw.closed
        expect(answer).not.toMatch(/^HTTP\/1\.1 5/m)
        expect(answer).not.toContain('confidential')
        expect((await call({ path: '/v2/' })).status).toBe(200)
      }),
      { numRuns: 300 },
    )
    expect((await outside()).filter(name => name !== '.incoming')).toEqual(before.filter(name => name !== '.incoming'))
  })
})

describe('with a password, a registry', unhurried, () => {
  /** In whichever way Node's parser lets it pass: a browser would never send these. */
  const spelled = fc.constantFrom('', '/', '//', '/./', '/../', '%2f', ';', '?', '#', '%00')
  const credentials = fc.constantFrom<string | undefined>(
    undefined,
    '',
    'Basic',
    'Basic =',
    `Basic ${btoa('a:b')}`,
    'Bearer x',
    'Basic \xff',
  )

  test('answers nothing below /v2/ but 401 without it, whatever the method, path, query and headers, and calls no end-point', async () => {
    const { call, log, driver, registry } = await trialServer({ pipeline: { gate: passwords(), quiet: true } })
    await pushImage(registry, 'a', 'a layer', { as: 'latest' })
    await pushBlob(registry, 'a', blob)
    const before = await keysUnder(driver, '')
    const request = fc.record({ target, query, headers, credentials, spelled, body: fc.constantFrom('', 'x', '{}') })
    await fc.assert(
      fc.asyncProperty(request, async ({ target, query, headers, credentials, spelled, body }) => {
        const sendable = headers
          .filter(([name]) => !['connection', 'upgrade', 'te', 'trailer', 'expect', 'host', 'authorization'].includes(name))
          .map(([name, text]) => [name, text.replaceAll(/[^\x20-\x7e]/g, '')])
        const authorization = credentials === undefined ? {} : { authorization: credentials }
        const path = carried(target.path + spelled + query).slice(0, 12_000)
        const answer = await call({ method: target.method, path, headers: { ...Object.fromEntries(sendable), ...authorization }, body })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toBe('Basic realm="Registry"')
        if (target.method !== 'HEAD') expect(JSON.parse(answer.body.toString()).errors[0].code).toBe('UNAUTHORIZED')
      }),
      { numRuns: 500 },
    )
    expect(await keysUnder(driver, '')).toEqual(before)
    expect(log().filter(line => line.includes('"level":"error"'))).toEqual([])
  })
})
