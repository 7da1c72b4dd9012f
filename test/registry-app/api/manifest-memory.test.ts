import { describe, expect, test } from 'vitest'
import { manifestMemory } from '../../../registry-app/src/registry/manifest-limits.ts'
import { eventually } from '../http/support/eventually.ts'
import { head, openSocket } from '../http/support/raw-socket.ts'
import { type TrialServer, trialServer } from '../http/support/trial-server.ts'
import { MiB } from '../support/bytes.ts'
import { encode, image, pushBlob } from '../support/images.ts'

const path = '/v2/a/manifests/latest'

/** Pushes of large manifests that hold all the memory there is, each one byte short of its end. */
async function fill({ port }: TrialServer) {
  const size = 4 * MiB
  const sockets = await Promise.all(Array.from({ length: manifestMemory / size }, () => openSocket(port)))
  for (const each of sockets) await each.send(head(`PUT ${path}`, { 'content-length': size }), Buffer.alloc(size - 1, ' '))
  return sockets
}

async function withConfig(options = {}) {
  const served = await trialServer(options)
  await pushBlob(served.registry, 'a', '{}')
  return served
}
const manifest = (size = 0) => Buffer.from(encode(image())).toString('utf8').padEnd(size)

describe('while large manifests hold all the memory that there is for them', () => {
  test('small ones are taken, and a large one waits until one of those has gone', async () => {
    const served = await withConfig()
    const holders = await fill(served)
    // Sent after theirs, so they have theirs.
    expect((await served.call({ method: 'PUT', path, body: manifest() })).status).toBe(201)
    let answered = 0
    const large = served.call({ method: 'PUT', path, body: manifest(100_000) }).then(({ status }) => {
      answered = status
    })
    const chunks = { 'transfer-encoding': 'chunked' }
    const unknown = served.call({ method: 'PUT', path, body: manifest(200_000), headers: chunks })
    expect((await served.call({ method: 'PUT', path, body: manifest() })).status).toBe(201)
    expect(answered).toBe(0)
    for (const each of holders.slice(0, 2)) each.socket.destroy()
    await large
    expect(answered).toBe(201)
    expect((await unknown).status).toBe(201)
  })

  test('they are given up when they are slow, though they move', async () => {
    const served = await withConfig({ pipeline: { bodyTimeout: 200 } })
    const size = 4 * MiB
    const slow = await openSocket(served.port)
    await slow.send(head(`PUT ${path}`, { 'content-length': size }))
    const timer = setInterval(() => slow.socket.write(' '), 20)
    expect(await slow.closed).toBe('')
    clearInterval(timer)
    await eventually(() => served.log().some(line => line.includes('"http.response.status":499'))).toBe(true)
  })
})

test('what is refused gives its memory back', async () => {
  const { call } = await withConfig()
  const count = manifestMemory / (4 * MiB) + 2
  for (let at = 0; at < count; at++) {
    expect((await call({ method: 'PUT', path, body: Buffer.alloc(4 * MiB, '[') })).status).toBe(400)
  }
  expect((await call({ method: 'PUT', path, body: manifest(4 * MiB) })).status).toBe(201)
})
