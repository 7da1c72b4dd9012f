import { describe, expect, test } from 'vitest'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { content, keysUnder, MiB, sha256 } from '../support/bytes.ts'
import { pushBlob } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { send, trialServer } from './support/trial-server.ts'

const blob = content(MiB)
const digest = sha256(blob)

/** A storage that tells how the signals of its calls fare. */
function watched(): { driver: StorageDriver; aborted: Promise<unknown> } {
  const inner = memoryDriver({ now: () => new Date() })
  const { promise: aborted, resolve } = Promise.withResolvers<unknown>()
  const watch = (signal?: AbortSignal) => signal?.addEventListener('abort', () => resolve(signal.reason))
  const driver: StorageDriver = {
    ...inner,
    store(body, key, options) {
      watch(options?.signal)
      return inner.store(body, key, options)
    },
    async get(key, options) {
      watch(options?.signal)
      return inner.get(key, options)
    },
  }
  return { driver, aborted }
}

describe('a client that leaves', () => {
  const uploads: readonly [string, string, Record<string, string | number>, boolean][] = [
    ['a single POST', `POST /v2/a/blobs/uploads/?digest=${digest}`, { 'content-length': MiB }, false],
    ['a single POST in chunks', `POST /v2/a/blobs/uploads/?digest=${digest}`, { 'transfer-encoding': 'chunked' }, true],
    ['a manifest', 'PUT /v2/a/manifests/latest', { 'content-length': MiB }, false],
  ]

  test.each(uploads)('in the middle of %s leaves nothing', async (_, line, headers, chunked) => {
    const { port, driver, log, call } = await trialServer()
    const raw = await openSocket(port)
    const half = blob.subarray(0, MiB / 2)
    await raw.send(head(line, headers), ...(chunked ? [`${half.length.toString(16)}\r\n`, half, '\r\n'] : [half]))
    raw.socket.destroy()
    await eventually(() => log().some(entry => entry.includes('"http.response.status":499'))).toBe(true)
    expect(await keysUnder(driver, '')).toEqual([])
    expect(log().filter(entry => entry.includes('"level":"error"'))).toEqual([])
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('half-closed before the end of the body, leaves nothing either', async () => {
    const { port, driver, call } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(`POST /v2/a/blobs/uploads/?digest=${digest}`, { 'content-length': MiB }), blob.subarray(0, MiB / 2))
    raw.socket.end()
    expect(await raw.closed).not.toMatch(/^HTTP\/1\.1 [25]/)
    expect(await keysUnder(driver, '')).toEqual([])
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('aborts what is done for its upload', async () => {
    const { driver, aborted } = watched()
    const { port } = await trialServer({ registry: { driver } })
    const raw = await openSocket(port)
    await raw.send(head(`POST /v2/a/blobs/uploads/?digest=${digest}`, { 'content-length': MiB }), blob.subarray(0, MiB / 2))
    raw.socket.destroy()
    expect(await aborted).toMatchObject({ name: 'ClientGone' })
  })

  test.each([
    ['a blob', ''],
    ['a range of one', 'bytes=1-'],
  ])('while %s is opened for it leaves nothing open', async (_, range) => {
    const inner = memoryDriver({ now: () => new Date() })
    const [opening, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let open = 0
    const driver: StorageDriver = {
      ...inner,
      async get(key, options) {
        const object = await inner.get(key, options)
        if (!object) return undefined
        open += 1
        opening.resolve()
        await left.promise
        const close = async () => {
          open -= 1
        }
        return { ...object, close }
      },
    }
    const { port, registry, log } = await trialServer({ registry: { driver } })
    await pushBlob(registry, 'a', blob)
    const raw = await openSocket(port)
    await raw.send(head(`GET /v2/a/blobs/${digest}`, range === '' ? {} : { range }))
    await opening.promise
    raw.socket.destroy()
    await eventually(() => log().some(entry => entry.includes('"http.response.status":499'))).toBe(true)
    left.resolve()
    await eventually(() => open).toBe(0)
  })

  test('aborts what is done for its download', async () => {
    const { driver, aborted } = watched()
    const { port, registry } = await trialServer({ registry: { driver } })
    const large = content(16 * MiB)
    await pushBlob(registry, 'a', large)
    const raw = await openSocket(port)
    await raw.send(head(`GET /v2/a/blobs/${sha256(large)}`))
    await raw.until(/^HTTP\/1\.1 200 /)
    raw.socket.destroy()
    expect(await aborted).toMatchObject({ name: 'ClientGone' })
  })
})

describe('an answer before the body has come', () => {
  const early: readonly [string, string, number][] = [
    ['there is no such end-point', 'PUT /v2/nothing', 404],
    ['the upload is unknown', `PATCH /v2/a/blobs/uploads/unknown?_state=unknown`, 404],
    ['the manifest is too large', 'PUT /v2/a/manifests/latest', 413],
    ['the digest is none', 'POST /v2/a/blobs/uploads/?digest=none', 400],
  ]

  test.each(early)('reaches a client that goes on sending: %s', async (_, line, status) => {
    const { port, call } = await trialServer()
    const raw = await openSocket(port)
    const size = 64 * MiB
    await raw.send(head(line, { 'content-length': size }))
    let failed = false
    for (let sent = 0; sent < size && !failed && !raw.socket.destroyed; sent += MiB) {
      await new Promise<void>(resolve =>
        raw.socket.write(blob, error => {
          failed = error !== null && error !== undefined
          resolve()
        }),
      )
    }
    expect(await raw.closed).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*connection: close[\\s\\S]*"errors":`, 'i'))
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test.each(early.filter(([, , status]) => status !== 413))(
    'keeps the connection where what follows is small: %s',
    async (_, line, status) => {
      const { port } = await trialServer()
      const raw = await openSocket(port)
      await raw.send(head(line, { 'content-length': 100_000 }), blob.subarray(0, 100_000))
      await raw.until(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*"errors":`))
      await raw.send(head('GET /v2/', { connection: 'close' }))
      expect(await raw.closed).toMatch(/HTTP\/1\.1 200 /)
    },
  )

  test('reaches a client that reads only once it has sent what it can', async () => {
    const { port, call } = await trialServer()
    const body = Buffer.alloc(64 * MiB)
    for (const [, line, status] of early) {
      const [method = '', path = ''] = line.split(' ')
      expect((await send({ method, path, body }, { host: '127.0.0.1', port })).status).toBe(status)
    }
    expect((await call({ path: '/v2/' })).status).toBe(200)
  })

  test('reaches a client that reads nothing before it has sent all', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    raw.socket.pause()
    await raw.send(head('PUT /v2/nothing', { 'content-length': 8 * MiB }), Buffer.alloc(8 * MiB))
    raw.socket.resume()
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 404 [\s\S]*"errors":/)
  })

  test('does not wait for a body that was announced and does not come', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head('PUT /v2/nothing', { 'content-length': 100_000 }))
    await raw.until(/^HTTP\/1\.1 404 [\s\S]*"errors":/)
  })

  test('comes after 100 Continue to a client that waits for it', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(`POST /v2/a/blobs/uploads/?digest=${digest}`, { 'content-length': MiB, expect: '100-continue' }))
    await raw.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
    await raw.send(blob)
    await raw.until(/HTTP\/1\.1 201 /)
  })
})

test('requests that come all at once are answered in their order', async () => {
  const { port, registry } = await trialServer()
  await pushBlob(registry, 'a', blob)
  const raw = await openSocket(port)
  await raw.send(head(`GET /v2/a/blobs/${digest}`) + head('GET /none') + head('GET /v2/', { connection: 'close' }))
  const answers = (await raw.closed).matchAll(/HTTP\/1\.1 (\d{3}) /g)
  expect([...answers].map(([, status]) => status)).toEqual(['200', '404', '200'])
})
