import { once } from 'node:events'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { certificate, privateKey } from './support/certificate.ts'
import { failureOf, trial, trialBucket } from './support/trial-bucket.ts'
import { answer, type Reply, silence } from './support/trial-store.ts'

/** Until the test has ended. */
async function listening(server: Server & { closeAllConnections(): void }, scheme: string): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('TLS', () => {
  async function secureStore() {
    const said: (string | string[] | undefined)[] = []
    const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
      said.push(request.headers['x-amz-content-sha256'])
      request.resume().on('end', () => response.end())
    })
    return { said, endpoint: await listening(server, 'https') }
  }

  test.each<[string, Partial<S3Options>]>([
    ['by a certificate that is named', { ca: certificate }],
    ['whatever the certificate, where it is not to be verified', { skipVerify: true }],
  ])('trusts a store %s', async (_, options) => {
    const { endpoint } = await secureStore()
    const { bucket } = await trialBucket({ endpoint, ...options })
    expect(await headObject(bucket, 'a')).toMatchObject({ size: 0 })
  })

  test('refuses any other store at once, and says why', async () => {
    const { endpoint } = await secureStore()
    const { bucket, waits } = await trialBucket({ endpoint })
    const error = await failureOf(headObject(bucket, 'a'))
    expect(error).toMatchObject({
      unavailable: true,
      retry: undefined,
      message: expect.stringMatching(/no answer from 127.0.0.1:\d+: self-signed certificate$/),
    })
    expect(waits).toEqual([])
  })

  test('says of a store that speaks plain HTTP how its endpoint begins', async () => {
    const endpoint = await listening(createPlainServer(), 'https')
    const { bucket } = await trialBucket({ endpoint })
    expect(await failureOf(headObject(bucket, 'a'))).toMatchObject({
      unavailable: true,
      message: expect.stringMatching(/no answer from 127.0.0.1:\d+: it answers, but not by TLS: .* http:\/\/$/),
    })
  })

  test('protects the body, so that version 4 need not sign it, but says a digest that is known', async () => {
    const { endpoint, said } = await secureStore()
    const { bucket } = await trialBucket({ endpoint, skipVerify: true })
    await putObject(bucket, 'a', [Buffer.from('x')])
    await putObject(bucket, 'a', [Buffer.from('x')], { contentSha256: 'c0ffee' })
    expect(said).toEqual(['UNSIGNED-PAYLOAD', 'c0ffee'])
  })
})

test('a large body is sent whole, whatever its pieces', async () => {
  const pieces = [1, 0, 1024 * 1024, 3 * 1024 * 1024 + 7, 65_536].map((size, index) => Buffer.alloc(size, `${index}`))
  const { bucket, store } = await trial([answer(200)])
  await putObject(bucket, 'a', pieces)
  expect(store.requests[0]?.body).toBe(Buffer.concat(pieces).toString())
})

test('a store that takes a body slowly is not given up while it takes any', async () => {
  let requests = 0
  const server = createPlainServer(async (request, response) => {
    requests += 1
    let taken = 0
    for await (const piece of request) {
      // A break after every 4 MiB.
      if (Math.floor((taken + piece.length) / 2 ** 22) > Math.floor(taken / 2 ** 22)) await sleep(300)
      taken += piece.length
    }
    response.end()
  })
  const endpoint = await listening(server, 'http')
  const { bucket } = await trialBucket({ endpoint, timeouts: { answer: 1000 } })
  const begun = performance.now()
  await putObject(bucket, 'a', [Buffer.alloc(2 ** 25)])
  expect(performance.now() - begun).toBeGreaterThan(2000)
  expect(requests).toBe(1)
})

test('no more connections than allowed are made; further calls wait', async () => {
  const { bucket, store } = await trial(
    Array.from({ length: 20 }, () => answer(200)),
    { connections: 3 },
  )
  await Promise.all(Array.from({ length: 20 }, (_, index) => headObject(bucket, `k${index}`)))
  expect(store.connections()).toBe(3)
})

test('a call that gets none of them in time fails as one that nobody answers, and is never sent', async () => {
  const { bucket, store } = await trial([silence], {
    connections: 1,
    retries: { time: 100, attempts: 1 },
    timeouts: { slowAnswer: 10_000 },
  })
  const [leaving, busy] = [new AbortController(), { operation: 'CopyObject', method: 'PUT', key: 'a', slow: true } as const]
  const first = failureOf(bucket.send({ ...busy, signal: leaving.signal }))
  await expect.poll(() => store.requests.length).toBe(1)
  expect(await failureOf(headObject(bucket, 'b'))).toMatchObject({
    unavailable: true,
    retry: 'timeout',
    message: expect.stringContaining('no connection could be had for 1 s'),
  })
  leaving.abort(new Error('enough'))
  await first
  store.replies(answer(200))
  expect(await headObject(bucket, 'c')).toMatchObject({ size: 0 })
  expect(store.requests.map(({ url }) => url)).toEqual(['/images/a', '/images/c'])
})

test('closing waits for what is under way', async () => {
  let release = () => {}
  const held: Reply = (response, request) => {
    release = () => answer(200)(response, request)
  }
  const { bucket, store } = await trial([held])
  const answered = headObject(bucket, 'a')
  await expect.poll(() => store.requests.length).toBe(1)
  const closed = bucket.close()
  release()
  expect(await answered).toMatchObject({ size: 0 })
  await closed
  expect(await failureOf(headObject(bucket, 'a'))).toMatchObject({ unavailable: true })
})
