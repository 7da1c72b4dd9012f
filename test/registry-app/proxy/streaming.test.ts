import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, gather, MiB, sha256 } from '../support/bytes.ts'
import { failingStore } from '../support/failing-store.ts'
import { name } from '../support/images.ts'
import { testUpstream } from './support/test-upstream.ts'
import { type TrialCacheOptions, trialCache } from './support/trial-cache.ts'

/** A client that has got the first bytes of a blob, and takes the others when it is read on. */
async function begun(port: number, path: string): Promise<IncomingMessage> {
  const [response] = (await once(request({ host: '127.0.0.1', port, path, agent: false }).end(), 'response')) as [IncomingMessage]
  await once(response, 'readable')
  return response
}

/** An upstream that begins with a blob, and sends the rest when it is told to. */
async function halfway(blob: Buffer, options: Partial<TrialCacheOptions> = {}) {
  const upstream = await testUpstream()
  let open: ServerResponse | undefined
  upstream.instead = (_, response) => {
    response.writeHead(200, { 'content-length': blob.length })
    response.write(blob.subarray(0, blob.length / 2))
    open = response
    return true
  }
  const served = await trialCache({ upstream, ...options })
  const path = `/v2/hub/app/blobs/${sha256(blob)}`
  const rest = () => void open?.end(blob.subarray(blob.length / 2))
  const isKept = () => served.under.registry.blobs.stat(name('hub/app'), sha256(blob))
  return { upstream, path, rest, isKept, breaks: () => open?.destroy(), ...served }
}

describe('a blob on its way', () => {
  const blob = content(200_000)

  test('reaches fifty clients by one fetch, the first byte before the upstream has sent the last', async () => {
    const { port, call, path, rest, upstream } = await halfway(blob)
    const clients = await Promise.all(Array.from({ length: 50 }, () => begun(port, path)))
    rest()
    for (const client of clients) expect((await gather(client)).equals(blob)).toBe(true)
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(upstream.asked).toEqual([`GET /v2/app/blobs/${sha256(blob)}`])
  })

  test('is kept, though the only client left', async () => {
    const { port, path, rest, isKept } = await halfway(blob)
    const client = await begun(port, path)
    client.destroy()
    rest()
    await eventually(isKept).toMatchObject({ size: blob.length })
  })

  test('is not asked for, where its only client left before it was its turn', async () => {
    const upstream = await testUpstream()
    const open: ServerResponse[] = []
    upstream.instead = (_, response) => open.push(response) > 0
    const { port, cache } = await trialCache({ upstream })
    const clients = Array.from({ length: 20 }, (_, index) =>
      request({ host: '127.0.0.1', port, path: `/v2/hub/app/blobs/${sha256(`${index}`)}`, agent: false }).on('error', () => {}),
    )
    for (const client of clients) client.end()
    await eventually(() => cache.fetching()).toBe(20)
    expect(open.length).toBeLessThanOrEqual(16)
    for (const client of clients) client.destroy()
    await eventually(() => cache.fetching()).toBe(0)
    expect(open.length).toBeLessThanOrEqual(16)
  })

  test('is given up when the last client leaves, where that is configured', async () => {
    const { port, path, isKept, upstream, cache } = await halfway(blob, { goesOnFor: 0 })
    let closed = false
    const { instead } = upstream
    upstream.instead = (request, response) => {
      response.once('close', () => {
        closed = true
      })
      return instead(request, response)
    }
    const clients = await Promise.all([begun(port, path), begun(port, path)])
    clients[0]?.destroy()
    expect(closed).toBe(false)
    clients[1]?.destroy()
    await eventually(() => closed).toBe(true)
    await eventually(() => cache.fetching()).toBe(0)
    expect(await isKept()).toBeUndefined()
  })

  test('breaks the connection of every client when the upstream breaks off, and is asked for anew by the next', async () => {
    const { port, path, breaks, upstream, call } = await halfway(blob)
    const clients = await Promise.all([begun(port, path), begun(port, path)])
    breaks()
    for (const client of clients) await expect(gather(client)).rejects.toThrow('aborted')
    upstream.instead = () => false
    upstream.blobs.set(sha256(blob), blob)
    await eventually(async () => (await call({ path })).body.equals(blob)).toBe(true)
  })

  test('reaches the clients whole where the storage fails, and is fetched again by the next', async () => {
    const working = memoryDriver({ now: () => new Date() })
    let broken = true
    const driver = {
      ...working,
      store: (...args: Parameters<typeof working.store>) =>
        broken ? failingStore(working, () => new Error('the disk is full')).store(...args) : working.store(...args),
    }
    const upstream = await testUpstream()
    upstream.blobs.set(sha256(blob), blob)
    const { call, warnings } = await trialCache({ upstream, under: { driver } })
    const path = `/v2/hub/app/blobs/${sha256(blob)}`
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(warnings).toEqual([expect.stringContaining('could not be kept')])
    broken = false
    expectAnswer(await call({ path }), { status: 200, body: blob })
    expect(upstream.asked).toHaveLength(2)
  })

  test('reaches a client that takes nothing for a while, too, and holds up nobody', async () => {
    const large = content(12 * MiB)
    const upstream = await testUpstream()
    upstream.blobs.set(sha256(large), large)
    const { port, call } = await trialCache({ upstream })
    const path = `/v2/hub/app/blobs/${sha256(large)}`
    const slow = await begun(port, path)
    expectAnswer(await call({ path }), { status: 200, body: large })
    expect((await gather(slow)).equals(large)).toBe(true)
    expect(upstream.asked).toHaveLength(1)
  })
})
