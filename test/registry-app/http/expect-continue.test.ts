import { describe, expect, test } from 'vitest'
import { content, MiB, sha256 } from '../support/bytes.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

const blob = content(1000)
const post = `POST /v2/a/blobs/uploads/?digest=${sha256(blob)}`
const waiting = { expect: '100-continue', 'content-length': blob.length }

describe('a client that waits to be told before it sends a body', () => {
  test('is told when the body is wanted', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(post, waiting))
    await raw.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    await raw.send(blob)
    await raw.until(/HTTP\/1\.1 201 /)
    // The connection goes on.
    await raw.send(head('GET /v2/'))
    await raw.until(/HTTP\/1\.1 200 /)
  })

  const refusals: readonly [sentence: string, line: string, status: number, length?: number][] = [
    ['a name that is none', 'PUT /v2/A/manifests/latest', 400],
    ['a digest that is none', 'POST /v2/a/blobs/uploads/?digest=sha256:0', 400],
    ['an upload that nobody knows', 'PATCH /v2/a/blobs/uploads/x?_state=W10.AAAA', 404],
    ['a manifest that is too large', 'PUT /v2/a/manifests/latest', 413, 5 * MiB],
    ['a method that is not served', 'PUT /v2/_catalog', 405],
  ]
  test.each(refusals)('is refused for %s before it has sent any, and the connection ends', async (_, line, status, length = 1000) => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(head(line, { ...waiting, 'content-length': length }))
    const answer = await raw.closed
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*connection: close`, 'i'))
    expect(answer).not.toContain('100 Continue')
  })

  test('is refused where deleting and pushing are switched off', async () => {
    const { port } = await trialServer({ settings: { readOnly: true } })
    const raw = await openSocket(port)
    await raw.send(head(post, waiting))
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 405 /)
  })

  test('and sends all the same is not heard: what it sends is no request', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    const canary = head('GET /v2/canary/tags/list')
    await raw.send(head('PUT /v2/A/manifests/latest', { ...waiting, 'content-length': canary.length }), canary, canary)
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toContain('NAME_UNKNOWN')
  })
})
