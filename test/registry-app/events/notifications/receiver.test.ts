import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { receiver } from '../../../../registry-app/src/events/notifications/receiver.ts'
import { startEventReceiver } from '../../../support/event-receiver.ts'

const never = new AbortController().signal

async function opened(more: Partial<Parameters<typeof receiver>[0]> = {}) {
  const there = await startEventReceiver()
  onTestFinished(() => there.stop())
  const here = receiver({ url: there.url, headers: {}, timeout: 10_000, ...more })
  onTestFinished(() => here.close())
  return { there, here }
}

describe('a receiver', () => {
  test('is sent the body by POST, with Distribution’s media type and the configured headers', async () => {
    const { there, here } = await opened({ headers: { Authorization: ['Bearer abc'], 'X-Many': ['a', 'b'] } })
    await here.post('{"events":[]}', never)
    expect(there.accepted()).toEqual(['{"events":[]}'])
    expect(there.headers()).toMatchObject({
      'content-type': 'application/vnd.docker.distribution.events.v2+json',
      'content-length': '13',
      authorization: 'Bearer abc',
      'x-many': 'a, b',
    })
  })

  test('takes several over one connection', async () => {
    const { there, here } = await opened()
    for (const body of ['1', '2', '3']) await here.post(body, never)
    expect(there.accepted()).toEqual(['1', '2', '3'])
  })

  test.each([200, 201, 202, 204, 299])('has taken what it answers with %i', async status => {
    const { there, here } = await opened()
    there.next(status)
    await expect(here.post('1', never)).resolves.toBeUndefined()
  })

  test.each([
    [301, 'it answered 301: no redirect is followed; write the URL that it leads to'],
    [307, 'it answered 307: no redirect is followed; write the URL that it leads to'],
    [400, 'it answered 400'],
    [500, 'it answered 500'],
  ])('has not taken what it answers with %i', async (status, message) => {
    const { there, here } = await opened()
    there.next(status)
    await expect(here.post('1', never)).rejects.toThrow(message)
    expect(there.requests()).toBe(1)
  })

  test('that breaks the connection has not taken it', async () => {
    const { there, here } = await opened()
    there.next('reset')
    await expect(here.post('1', never)).rejects.toThrow(/ECONNRESET|socket hang up/)
    await here.post('1', never)
    expect(there.accepted()).toEqual(['1'])
  })

  test('that says nothing is given up in time', async () => {
    const { there, here } = await opened({ timeout: 50 })
    there.next('hang')
    await expect(here.post('1', never)).rejects.toThrow('it did not answer within 50 ms')
  })

  test('is given up when it is told to stop', async () => {
    const { there, here } = await opened()
    there.next('hang')
    const stop = new AbortController()
    const asked = here.post('1', stop.signal)
    stop.abort()
    await expect(asked).rejects.toThrow('the registry stops')
    await expect(here.post('1', stop.signal)).rejects.toThrow('the registry stops')
  })

  test('that is not there is no secret’s end: the message names neither the path nor a header', async () => {
    const { there, here } = await opened({ headers: { authorization: ['hunter2'] } })
    await there.stop()
    const error: Error = await here.post('1', never).then(
      () => new Error('it was taken'),
      failure => failure,
    )
    expect(error.message).toMatch(/ECONNREFUSED/)
    expect(error.stack).not.toMatch(/hunter2|\/events/)
  })

  test('whose answer never ends has taken the event all the same', async () => {
    const server = createServer((request, response) => {
      request.resume()
      response.writeHead(200)
      const more = () => void response.write('x'.repeat(65_536), () => setImmediate(more))
      more()
      response.on('error', () => {})
    })
    server.listen({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    onTestFinished(() => void server.closeAllConnections())
    onTestFinished(() => void server.close())
    const address = server.address()
    const here = receiver({ url: `http://127.0.0.1:${typeof address === 'object' && address?.port}/`, headers: {}, timeout: 10_000 })
    await expect(here.post('1', never)).resolves.toBeUndefined()
    here.close()
  })
})
