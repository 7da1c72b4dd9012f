import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { content, MiB, sha256 } from '../support/bytes.ts'
import { image, pushBlob, pushManifest } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket, type RawSocket } from './support/raw-socket.ts'
import { type TrialServer, trialServer } from './support/trial-server.ts'

const endless = 100 * MiB
const upload = (size: number) => head(`POST /v2/a/blobs/uploads/?digest=${sha256('what never ends')}`, { 'content-length': size })

/** A storage that takes what is large and keeps none of it: what is in memory then is held by those who bring it. */
function sink(): StorageDriver {
  const inner = memoryDriver({ now: () => new Date() })
  return {
    ...inner,
    async store(body, key, options) {
      if (options?.size !== endless) return inner.store(body, key, options)
      for await (const _ of body);
      throw new Error('the body was to have no end')
    },
  }
}

async function clients({ port }: TrialServer, crowd: number, ...beginning: (string | Uint8Array)[]): Promise<RawSocket[]> {
  const opened = await Promise.all(Array.from({ length: crowd }, () => openSocket(port)))
  await Promise.all(opened.map(client => client.send(...beginning)))
  return opened
}

/** A byte from each now and then, so that none of them stands still. */
function trickle(slow: readonly RawSocket[]): void {
  const timer = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('x')
  }, 50)
  onTestFinished(() => clearInterval(timer))
}

/** A client of ordinary speed: pulls, lists, and pushes. */
async function expectServed({ call }: TrialServer) {
  for (let round = 0; round < 3; round++) {
    const blob = content(10_000 + round)
    expect((await call({ path: '/v2/a/manifests/latest' })).status).toBe(200)
    expect((await call({ path: '/v2/a/tags/list' })).status).toBe(200)
    expect((await call({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${sha256(blob)}`, body: blob })).status).toBe(201)
    expect((await call({ path: `/v2/a/blobs/${sha256(blob)}` })).body.length).toBe(blob.length)
  }
}

/** What is in use, in bytes; what only waits to be collected is no sign of anything. */
function held(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const open = (each: readonly RawSocket[]) => each.filter(({ socket }) => !socket.destroyed && !socket.readableEnded).length

/** The four kinds, so many of each. */
function slowClients(server: TrialServer, crowd: number, digest: string) {
  return {
    // Each has sent two megabytes, and goes on by the byte.
    async inBody() {
      const opened = await clients(server, crowd, upload(endless), Buffer.alloc(2 * MiB))
      trickle(opened)
      return opened
    },
    async readers() {
      const opened = await clients(server, crowd)
      for (const { socket } of opened) socket.pause()
      await Promise.all(opened.map(reader => reader.send(head(`GET /v2/a/blobs/${digest}`))))
      return opened
    },
    stalled: () => clients(server, crowd, upload(1000), 'x'),
    async inHeaders() {
      const opened = await clients(server, crowd, 'GET /v2/ HTTP/1.1\r\nhost: a\r\nx-slow: ')
      trickle(opened)
      return opened
    },
  }
}

/** A server, and a blob there that is larger than what lies between it and a client who takes nothing. */
async function serving(milliseconds: { readonly headers: number; readonly body: number }) {
  const server = await trialServer({
    registry: { driver: sink() },
    server: { maxConnections: 1000, timeouts: { headers: milliseconds.headers, idle: 60_000 } },
    pipeline: { bodyTimeout: milliseconds.body },
  })
  await pushManifest(server.registry, 'a', image({ config: await pushBlob(server.registry, 'a', '{}') }), { as: 'latest' })
  return { server, large: await pushBlob(server.registry, 'a', content(16 * MiB)) }
}

test('500 slow clients do not stop a fast one, and hold little memory', async () => {
  const crowd = 125
  // Nobody's time is over, however busy the machine is.
  const { server, large } = await serving({ headers: 600_000, body: 600_000 })
  const before = held()
  const kinds = slowClients(server, crowd, large.digest)
  const all: RawSocket[] = []
  for (const begin of [kinds.inBody, kinds.readers, kinds.stalled, kinds.inHeaders]) {
    all.push(...(await begin()))
    await expectServed(server)
    expect(open(all)).toBe(all.length)
  }
  expect(all).toHaveLength(4 * crowd)
  // 250 MiB were sent and 2 GiB asked for.
  expect((held() - before) / MiB).toBeLessThan(150)
}, 120_000)

test('slow clients are closed when their time is over, but for those that move', async () => {
  const crowd = 25
  const { server, large } = await serving({ headers: 1000, body: 1000 })
  const kinds = slowClients(server, crowd, large.digest)
  const slowInBody = await kinds.inBody()
  await kinds.readers()
  const [stalled, slowInHeaders] = await Promise.all([kinds.stalled(), kinds.inHeaders()])
  for (const answer of await Promise.all(slowInHeaders.map(({ closed }) => closed))) expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/)
  for (const answer of await Promise.all(stalled.map(({ closed }) => closed))) expect(answer).toBe('')
  const brokenOff = () => server.log().filter(line => line.includes('"http.response.status":499')).length
  await eventually(brokenOff).toBe(2 * crowd)
  expect(server.log().filter(line => line.includes('"level":"error"'))).toEqual([])
  expect(open(slowInBody)).toBe(crowd)
})
