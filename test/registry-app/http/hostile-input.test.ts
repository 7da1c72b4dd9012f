import { describe, expect, test } from 'vitest'
import { parseContentRange, parseRange } from '../../../registry-app/src/api/range.ts'
import { routes } from '../../../registry-app/src/api/routes.ts'
import { createRouter } from '../../../registry-app/src/http/router.ts'
import { asDigest } from '../../../registry-app/src/registry/digest.ts'
import { parseName, parseReference } from '../../../registry-app/src/registry/name.ts'
import { complaintsOf } from '../config/complaints-of.ts'
import { codeOf } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

/**
 * As long as a request may be and longer. An expression that tries all ways to read these would run for years, and this test with it: a limit of time
 * would only measure the machine.
 */
const long = 100_000
const hostile = [
  'a',
  '/',
  'a/',
  '-',
  'a-',
  '__',
  'a__',
  '.',
  ':',
  '0',
  '%',
  '%2f',
  'v2/',
  'blobs/',
  'a/blobs/',
  'uploads/',
  'bytes=',
  '0-',
  ' ',
  '+a',
].flatMap(unit => {
  const text = unit.repeat(long / unit.length)
  return [text, `${text}!`, `/v2/${text}/blobs/x!`, `/v2/${text}/manifests/${text}`, `sha256:${text}!`, `bytes=${text}!`]
})
const route = createRouter(routes)
const readers: readonly [what: string, read: (text: string) => unknown][] = [
  ['a path', text => route('GET', text)],
  ['a name', parseName],
  ['a reference', parseReference],
  ['a digest', asDigest],
  ['a range', parseRange],
  ['a content range', parseContentRange],
]

test.each(readers)('%s is read in one go, however long and odd it is', async (_, read) => {
  for (const text of hostile) await codeOf(() => read(text))
})

describe('the log', () => {
  test.each([
    ['an escape of a terminal', '\x1b[2J'],
    ['an escape of a terminal in one byte', '\x9b2J'],
    ['letters that look like a line', 'level=error msg="x"'],
    ['letters of another alphabet', '\xe9\x9b\x85'],
  ])('is one line a request, with %s in what the client says it is', async (_, agent) => {
    const { port, log } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/%0d%0alevel=error%1b[31m', { 'user-agent': agent, connection: 'close' }))
    await raw.closed
    // Node refuses a control character before anybody could log it.
    if (agent.startsWith('\x1b') && log().length === 0) return expect(raw.received()).toMatch(/^HTTP\/1\.1 400 /)
    await eventually(() => log().length).toBe(1)
    const [line = ''] = log()
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    expect(JSON.parse(line)['http.request.uri']).toBe('/v2/%0d%0alevel=error%1b[31m')
  })
})

test.each([
  '__proto__: {polluted: true}',
  'http: {__proto__: {polluted: true}}',
  'constructor: {prototype: {polluted: true}}',
  'http: {headers: {__proto__: [polluted]}}',
])('a configuration with %s changes nothing but itself', async text => {
  await codeOf(() => complaintsOf(`storage: inmemory\n${text}`))
  expect('polluted' in {}).toBe(false)
})
