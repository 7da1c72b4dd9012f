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

/** Of each of four kinds: five hundred together. */
const crowd = 125
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

async function clients({ port }: TrialServer, ...beginning: (string | Uint8Array)[]): Promise<RawSocket[]> {
  const opened = await Promise.all(Array.from({ length: crowd }, () => openSocket(port)))
  await Promise.all(opened.map(client => client.send(...beginning)))
  return opened
}

/** A byte from each now and then, so that none of them stands still. */
function trickle(slow: readonly RawSocket[]): void {
  const timer = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('x')
  }, 200)
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

test('500 slow clients do not stop a fast one, hold little memory, and are closed when their time is over, but for those that move', async () => {
  const server = await trialServer({
    registry: { driver: sink() },
    server: { maxConnections: 1000, timeouts: { headers: 10_000, idle: 60_000 } },
    pipeline: { bodyTimeout: 10_000 },
  })
  await pushManifest(server.registry, 'a', image({ config: await pushBlob(server.registry, 'a', '{}') }), { as: 'latest' })
  const large = await pushBlob(server.registry, 'a', content(16 * MiB))
  const before = held()

  /** A fast one is served while these are here; each kind by itself, so that a busy machine has the time of four. */
  const expectServedBeside = async (slow: readonly RawSocket[]) => {
    await expectServed(server)
    expect(open(slow)).toBe(crowd)
  }

  // Each has sent two megabytes, and goes on by the byte.
  const slowInBody = await clients(server, upload(endless), Buffer.alloc(2 * MiB))
  trickle(slowInBody)
  await expectServedBeside(slowInBody)
  const readers = await clients(server, '')
  for (const { socket } of readers) socket.pause()
  await Promise.all(readers.map(reader => reader.send(head(`GET /v2/a/blobs/${large.digest}`))))
  await expectServedBeside(readers)
  const stalled = await clients(server, upload(1000), 'x')
  await expectServedBeside(stalled)
  const slowInHeaders = await clients(server, 'GET /v2/ HTTP/1.1\r\nhost: a\r\nx-slow: ')
  trickle(slowInHeaders)
  await expectServedBeside(slowInHeaders)
  // 250 MiB were sent and 2 GiB asked for.
  expect((held() - before) / MiB).toBeLessThan(150)

  for (const answer of await Promise.all(slowInHeaders.map(({ closed }) => closed))) expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/)
  for (const answer of await Promise.all(stalled.map(({ closed }) => closed))) expect(answer).toBe('')
  const brokenOff = () => server.log().filter(line => line.includes('"http.response.status":499')).length
  await eventually(brokenOff).toBe(2 * crowd)
  expect(server.log().filter(line => line.includes('"level":"error"'))).toEqual([])
  expect(open(slowInBody)).toBe(crowd)
}, 120_000)
