import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** As much of S3 as a registry needs that is asked for what is not there, until the test is over. @returns where it is */
export async function startSmallStore(): Promise<{ endpoint: string; away(): void }> {
  const objects = new Map<string, Buffer>()
  let away = false
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', () => {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      const body = request.method === 'PUT' ? undefined : objects.get(path)
      if (request.method === 'PUT') objects.set(path, Buffer.concat(pieces))
      const list = /(^|&)(uploads|list-type)/.test(query)
      const text = list ? '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' : (body ?? '')
      const found = request.method === 'PUT' || list || body !== undefined || request.method === 'POST'
      const status = away ? 503 : request.method === 'DELETE' ? 204 : found ? 200 : 404
      response.writeHead(status, { 'last-modified': new Date().toUTCString(), 'content-length': status === 200 ? text.length : 0 })
      response.end(status === 200 && request.method !== 'HEAD' ? text : undefined)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    away: () => {
      away = true
    },
  }
}
