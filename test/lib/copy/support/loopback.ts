import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type TrialServerOptions, trialServer } from '../../../registry-app/http/support/trial-server.ts'

export interface Asked {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

/** An answer in place of the registry's; `break`: the connection ends without one; a number: it ends when so many bytes of the body have passed. */
export type Rule = (
  asked: Asked,
) => { status: number; headers?: Record<string, string>; body?: string | Uint8Array } | 'break' | number | undefined

export type Loopback = Awaited<ReturnType<typeof loopback>>

/** A registry of ours in memory, behind something that counts requests and interferes. @param hidden headers of answers that nobody sees */
export async function loopback(rule: Rule = () => undefined, options: TrialServerOptions = {}, hidden: readonly string[] = []) {
  const trial = await trialServer(options)
  let current = rule
  let asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const { method = 'GET', headers } = request
    asked.push(`${method} ${url.pathname}`)
    const told = current({ method, path: url.pathname, query: url.searchParams, headers })
    if (told === 'break') return void request.socket.destroy()
    if (typeof told === 'object') {
      request.resume()
      response.writeHead(told.status, told.headers).end(method === 'HEAD' ? undefined : told.body)
      return
    }
    const onward = send({ host: '127.0.0.1', port: trial.port, method, path: request.url, headers }, answer => {
      const headers = Object.entries(answer.headers).filter(([header]) => !hidden.includes(header))
      response.writeHead(answer.statusCode ?? 500, Object.fromEntries(headers))
      let passed = 0
      answer.on('data', (piece: Buffer) => {
        if (typeof told === 'number' && passed + piece.length > told) {
          response.write(piece.subarray(0, told - passed), () => response.destroy())
          answer.destroy()
          return
        }
        passed += piece.length
        response.write(piece)
      })
      answer.on('end', () => response.end())
    })
    onward.on('error', () => response.destroy())
    request.on('error', () => onward.destroy())
    request.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    ...trial,
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    /** It interferes so from now on. */
    behave(other: Rule = () => undefined) {
      current = other
    },
    /** What it was asked since it was last told to forget it, without what only finds out how to speak to it. */
    asked(pattern = /./): string[] {
      const found = asked.filter(line => line !== 'GET /v2/' && pattern.test(line))
      asked = []
      return found
    },
  }
}
