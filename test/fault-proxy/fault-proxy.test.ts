import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, slowDown } from './fault.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { always, noFaults, times } from './plan.ts'
import { type RecordingStore, startRecordingStore } from './recording-store.ts'

const size = 100_000
const content = Buffer.alloc(size, 'content ')
let store: RecordingStore
let proxy: FaultProxy

beforeAll(async () => {
  store = await startRecordingStore(content)
  proxy = await startFaultProxy({ to: store.url })
})

afterEach(() => {
  proxy.plan = noFaults
  proxy.latencyMs = 0
  proxy.forget()
})

afterAll(async () => {
  await proxy.stop()
  await store.stop()
})

/** One request on a connection of its own. */
async function ask(method: string, path: string, body?: Buffer, headers: Record<string, string> = {}) {
  const request = send(`${proxy.endpoint}${path}`, {
    method,
    agent: false,
    headers: { ...headers, ...(body && { 'content-length': body.length }) },
  })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  // What breaks from here on breaks the answer's body too.
  request.on('error', error => answer.destroy(error))
  return { status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders, body: await buffer(answer) }
}

const last = () => store.heard.at(-1)

describe('without a fault', () => {
  it('passes on what was sent: path, query, Host, the spelling of headers, the body', async () => {
    await ask('PUT', '/images/a%2Fb?x=%20', content, { Host: 'images.example:81', 'X-Amz-Date': 'today' })
    expect(last()).toMatchObject({ line: 'PUT /images/a%2Fb?x=%20', body: content, whole: true })
    expect(last()?.rawHeaders.join(' ')).toContain('Host images.example:81 X-Amz-Date today')
  })

  it('passes back what was answered', async () => {
    const answer = await ask('GET', '/images/a')
    expect(answer).toMatchObject({ status: 200, body: content, headers: { etag: '"etag"' } })
    expect(answer.rawHeaders.join(' ')).toContain('ETag "etag" X-Twice a X-Twice b')
  })

  it('announces an empty body where a POST had none', async () => {
    await ask('POST', '/images/a?uploads')
    expect(last()?.rawHeaders.join(' ')).toMatch(/Content-Length 0/i)
  })

  it('passes on a body of unknown length', async () => {
    const request = send(`${proxy.endpoint}/images/a`, { method: 'PUT', agent: false })
    request.write('one')
    request.end('two')
    await once(request, 'response')
    expect(last()?.body.toString()).toBe('onetwo')
  })

  it('answers a HEAD', async () => {
    expect(await ask('HEAD', '/images/a')).toMatchObject({
      status: 200,
      headers: { 'content-length': String(size) },
      body: Buffer.alloc(0),
    })
  })

  it('counts what passed, by operation, until it is told to forget', async () => {
    await ask('HEAD', '/images/a')
    await ask('PUT', '/images/a', content)
    await ask('PUT', '/images/b', content)
    expect(proxy.counts()).toEqual({ HeadObject: 1, PutObject: 2 })
    expect(proxy.requests.map(({ key }) => key)).toEqual(['a', 'a', 'b'])
    expect(proxy.hits()).toEqual({})
    proxy.forget()
    expect(proxy.counts()).toEqual({})
  })

  it('adds latency', async () => {
    proxy.latencyMs = 60
    const start = performance.now()
    await ask('HEAD', '/images/a')
    expect(performance.now() - start).toBeGreaterThan(55)
  })
})

describe('an answer in the store’s place', () => {
  it('is S3’s error, and the store hears nothing', async () => {
    const before = store.heard.length
    proxy.plan = always(slowDown)
    const answer = await ask('PUT', '/images/a', content)
    expect(answer.status).toBe(503)
    expect(answer.body.toString()).toContain('<Code>SlowDown</Code><Message>Please reduce your request rate.</Message>')
    expect(store.heard).toHaveLength(before)
    expect(proxy.hits()).toEqual({ answer: 1 })
  })

  it('leaves a connection that serves again', async () => {
    proxy.plan = always(slowDown)
    for (const _ of [1, 2]) expect((await fetch(`${proxy.endpoint}/images/a`, { method: 'PUT', body: content })).status).toBe(503)
  })
})

describe('a reset', () => {
  it.each<{ at: Stage; heard: number[] }>([
    { at: 'request', heard: [] },
    { at: 'request-body', heard: [size / 4] },
    { at: 'answer', heard: [size] },
    { at: 'answer-body', heard: [size] },
  ])('at stage $at leaves $heard bytes with the store', async ({ at, heard }) => {
    const before = store.heard.length
    proxy.plan = always({ kind: 'reset', at, share: 0.25 })
    await expect(ask('PUT', '/images/a', content)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect.poll(() => store.heard.slice(before).map(({ body }) => body.length)).toEqual(heard)
    expect(proxy.hits()).toEqual({ reset: 1 })
  })

  it('in the answer’s body comes after a part of it', async () => {
    proxy.plan = always({ kind: 'reset', at: 'answer-body', share: 0.75 })
    const request = send(`${proxy.endpoint}/images/a`, { agent: false }).end()
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    request.on('error', error => answer.destroy(error))
    let received = 0
    await expect(async () => {
      for await (const piece of answer) received += piece.length
    }).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(answer.statusCode).toBe(200)
    expect(received).toBeLessThanOrEqual(0.75 * size)
  })
})

describe('a truncation', () => {
  it('of the answer breaks it off, or lets it look whole', async () => {
    proxy.plan = always({ kind: 'truncate', at: 'answer-body' })
    await expect(ask('GET', '/images/a')).rejects.toThrow('aborted')
    proxy.plan = always({ kind: 'truncate', at: 'answer-body', announced: true })
    expect((await ask('GET', '/images/a')).body).toEqual(content.subarray(0, size / 2))
  })

  it('of the request breaks it off, or lets it look whole', async () => {
    proxy.plan = always({ kind: 'truncate', at: 'request-body' })
    // What Node.js as a server says to a body that ends early.
    expect((await ask('PUT', '/images/a', content)).status).toBe(400)
    expect(last()).toMatchObject({ body: content.subarray(0, size / 2), whole: false })
    proxy.plan = always({ kind: 'truncate', at: 'request-body', announced: true })
    expect((await ask('PUT', '/images/a', content)).status).toBe(200)
    expect(last()).toMatchObject({ body: content.subarray(0, size / 2), whole: true })
  })
})

it.each([true, false])('the connection of a truncated request (announced: %s) serves again', async announced => {
  proxy.plan = times(1, always({ kind: 'truncate', at: 'request-body', announced }))
  // More than the proxy has read when it cuts.
  const body = Buffer.alloc(2_000_000)
  for (const status of [announced ? 200 : 400, 200]) {
    const answer = await fetch(`${proxy.endpoint}/images/a`, { method: 'PUT', body, signal: AbortSignal.timeout(5000) })
    await answer.arrayBuffer()
    expect(answer.status).toBe(status)
  }
})

describe('a truncation of nothing', () => {
  it.each(['GET', 'PUT'])('of a %s is a reset, and the store hears nothing', async method => {
    const before = store.heard.length
    proxy.plan = always({ kind: 'truncate', at: 'request-body' })
    await expect(ask(method, '/images/a', method === 'PUT' ? Buffer.alloc(0) : undefined)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(store.heard).toHaveLength(before)
  })
})

describe('a small body', () => {
  it('is truncated like a large one', async () => {
    proxy.plan = always({ kind: 'truncate', at: 'request-body' })
    expect((await ask('PUT', '/images/a', content.subarray(0, 10))).status).toBe(400)
    expect(last()).toMatchObject({ body: content.subarray(0, 5), whole: false })
  })
})

describe('a stall', () => {
  it.each(['request', 'request-body', 'answer', 'answer-body'] as const)('at stage %s delays, and nothing is lost', async at => {
    proxy.plan = always({ kind: 'stall', at, ms: 60 })
    const start = performance.now()
    expect((await ask('PUT', '/images/a', content)).body).toEqual(content)
    expect(performance.now() - start).toBeGreaterThan(55)
    expect(last()?.body).toEqual(content)
  })

  it('without an end lasts until the client has gone', async () => {
    proxy.plan = always({ kind: 'stall', at: 'answer' })
    const before = store.heard.length
    const left = AbortSignal.timeout(100)
    await expect(fetch(`${proxy.endpoint}/images/a`, { signal: left })).rejects.toThrow('timeout')
    expect(store.heard).toHaveLength(before + 1)
  })
})

describe('a store that goes away', () => {
  it('breaks what is under way, takes nothing more, and comes back at the same address', async () => {
    proxy.plan = always({ kind: 'stall', at: 'answer' })
    const underWay = expect(ask('GET', '/images/a')).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect.poll(() => proxy.requests.length).toBe(1)
    await proxy.goAway()
    await underWay
    await expect(ask('GET', '/images/a')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.comeBack()
    proxy.plan = noFaults
    expect((await ask('GET', '/images/a')).status).toBe(200)
  })

  it('is a broken connection where the store itself is not there', async () => {
    const nowhere = await startFaultProxy({ to: 'http://127.0.0.1:1' })
    await expect(fetch(nowhere.endpoint)).rejects.toThrow()
    await nowhere.stop()
  })
})
