import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fetchJson } from '../../../../registry-app/src/auth/oidc/fetch-json.ts'

test.each([
  ['says nothing', false],
  ['begins to answer, and stops', true],
])('an issuer that %s is given up after five seconds', async (_, begins) => {
  const patience: number[] = []
  const end = new AbortController()
  const server = createServer((_request, response) => {
    if (begins) response.writeHead(200, { 'content-length': 100 }).write('{"keys"')
    // What the clock would do after so long.
    setImmediate(() => end.abort(new Error('the time is up')))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const asked = fetchJson(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, fetch, milliseconds => {
    patience.push(milliseconds)
    return end.signal
  })
  await expect(asked).rejects.toThrow('the time is up')
  expect(patience).toEqual([5000])
})
