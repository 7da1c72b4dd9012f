import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { atTheEnd } from '../support/at-the-end.ts'

export interface CountingUpstream {
  /** `127.0.0.1:<port>` */
  readonly host: string
  readonly url: string
  /** `GET /v2/…`, in order. */
  readonly asked: string[]
  /** Bytes of bodies in a second; 0: as they come. */
  pace: number
  /** Nobody is there. */
  refuses: boolean
  /** When the last piece of a body was passed on, by path; as `performance.now()` says it. */
  readonly ended: Map<string, number>
}

/** Stands before a registry: counts what it is asked, and passes its bodies on as slowly as a line to the internet. */
export async function countingUpstream(registry: string): Promise<CountingUpstream> {
  const { port: to } = new URL(`http://${registry}`)
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    upstream.asked.push(`${method} ${url}`)
    if (upstream.refuses) return void request.socket.destroy()
    const asked = send({ host: '127.0.0.1', port: to, method, path: url, headers: { ...request.headers, host: registry } })
    asked.once('response', async (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      try {
        for await (const piece of answer as AsyncIterable<Buffer>) {
          upstream.ended.set(url, performance.now())
          if (!response.write(piece)) await once(response, 'drain')
          if (upstream.pace > 0) await sleep((piece.length / upstream.pace) * 1000)
        }
        response.end()
      } catch {
        response.destroy()
      }
    })
    asked.on('error', () => response.destroy())
    request.pipe(asked)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atTheEnd(async () => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const upstream: CountingUpstream = { host, url: `http://${host}`, asked: [], pace: 0, refuses: false, ended: new Map() }
  return upstream
}
