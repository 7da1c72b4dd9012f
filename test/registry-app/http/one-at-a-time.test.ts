import { describe, expect, test } from 'vitest'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { content, MiB, sha256 } from '../support/bytes.ts'
import { pushBlob } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { http2Client } from './support/http2-client.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { secureServer } from './support/secure-server.ts'
import { trialServer } from './support/trial-server.ts'

const blob = content(8 * MiB)
const get = head(`GET /v2/a/blobs/${sha256(blob)}`)

/** A storage that tells how many downloads of blobs are open, and how many there were. */
function counted() {
  const inner = memoryDriver({ now: () => new Date() })
  const downloads = { open: 0, all: 0 }
  const driver: StorageDriver = {
    ...inner,
    async get(key, options) {
      const object = await inner.get(key, options)
      if (!object) return undefined
      downloads.open += 1
      downloads.all += 1
      const body = (async function* () {
        try {
          for await (const piece of object.body) for (let at = 0; at < piece.length; at += MiB) yield piece.subarray(at, at + MiB)
        } finally {
          downloads.open -= 1
        }
      })()
      return { ...object, body }
    },
  }
  return { driver, downloads }
}

async function served() {
  const { driver, downloads } = counted()
  const server = await trialServer({ registry: { driver } })
  await pushBlob(server.registry, 'a', blob)
  return { ...server, downloads }
}

describe('requests that one packet brings', () => {
  test('are begun with one after the other, and nothing of them stays when their client leaves', async () => {
    const { port, downloads, log } = await served()
    const raw = await openSocket(port)
    raw.socket.pause()
    await raw.send(get.repeat(20))
    await eventually(() => downloads.all).toBe(1)
    raw.socket.destroy()
    await eventually(() => log().filter(line => line.includes('"http.response.status":499')).length).toBe(1)
    await eventually(() => downloads).toEqual({ open: 0, all: 1 })
  })

  test('are all answered to a client that takes the answers', async () => {
    const { port, downloads } = await served()
    const raw = await openSocket(port)
    await raw.send(get.repeat(5), head('GET /v2/', { connection: 'close' }))
    const answers = await raw.closed
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['200', '200', '200', '200', '200', '200'])
    expect(downloads).toEqual({ open: 0, all: 5 })
  })

  test('close the connection where they are too many, of which no more than the first was begun', async () => {
    const { port, downloads, call } = await served()
    const raw = await openSocket(port)
    await raw.send(get.repeat(1000))
    await raw.closed
    await eventually(() => downloads.open).toBe(0)
    expect(downloads.all).toBeLessThanOrEqual(1)
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('are not begun with behind an answer that closes the connection', async () => {
    const { port, downloads } = await served()
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/', { upgrade: 'other/1.0' }), get.repeat(5))
    expect([...(await raw.closed).matchAll(/HTTP\/1\.1 (\d+) /g)]).toHaveLength(1)
    await eventually(() => downloads).toEqual({ open: 0, all: 0 })
  })

  test('keep no stop waiting when their client has left', async () => {
    const { port, downloads, server } = await served()
    const raw = await openSocket(port)
    raw.socket.pause()
    await raw.send(get.repeat(20))
    await eventually(() => downloads.all).toBe(1)
    raw.socket.destroy()
    await eventually(() => downloads.open).toBe(0)
    expect(await server.stop(60_000)).toBe(0)
  })
})

test('by HTTP/2, many answers are under way at once', async () => {
  const { driver, downloads } = counted()
  const server = await secureServer({ registry: { driver } })
  await pushBlob(server.registry, 'a', blob)
  const { open } = await http2Client(`https://127.0.0.1:${server.port}`)
  for (const stream of [1, 2, 3].map(() => open({ path: `/v2/a/blobs/${sha256(blob)}` }))) stream.on('error', () => {}).pause()
  await eventually(() => downloads.open).toBe(3)
})
