import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it came. */
export interface Received {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** What is done with a request; it may misbehave. */
export type Reply = (response: ServerResponse, request: Received) => void

export interface TrialStore {
  endpoint: string
  /** In the order in which they came, the whole of each. */
  requests: Received[]
  /** How many connections were made. */
  connections(): number
  /** For the requests to come, one each; one more than these is a mistake of the test, and answered with 418. */
  replies(...replies: Reply[]): void
}

/** What time it is for client and store, unless a test says otherwise. */
export const trialTime = new Date('2026-03-01T12:00:00Z')

/** A server on this machine that answers as it is told, until the test has ended. */
export async function trialStore(...first: Reply[]): Promise<TrialStore> {
  const waiting = [...first]
  const requests: Received[] = []
  let connections = 0

  const listener: RequestListener = (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const received = { method, url, headers, body: Buffer.concat(pieces).toString() }
      requests.push(received)
      const reply = waiting.shift() ?? answer(418, 'the test has no reply for this')
      reply(response, received)
    })
  }

  const server = createServer(listener).on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    replies: (...replies) => void waiting.push(...replies),
  }
}

/** An ordinary answer. */
export function answer(status: number, body: string | Uint8Array = '', headers: Record<string, string> = {}): Reply {
  return (response, { method }) => {
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), date: trialTime.toUTCString(), ...headers })
    response.end(method === 'HEAD' ? undefined : body)
  }
}

/** S3's way to say no. */
export function refusal(
  status: number,
  code: string,
  { more = '', headers = {} }: { more?: string; headers?: Record<string, string> } = {},
): Reply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Told by ${code}</Message>${more}<RequestId>R1</RequestId></Error>`
  return answer(status, body, { 'content-type': 'application/xml', ...headers })
}

/** The connection is reset, without an answer. */
export const reset: Reply = response => void response.socket?.resetAndDestroy()

/** Nothing is ever said. */
export const silence: Reply = () => {}

/** So much of a body comes, and then the connection ends or is reset. */
export function cutShort(status: number, body: string, at: number, how: 'end' | 'reset', headers: Record<string, string> = {}): Reply {
  return response => {
    response.writeHead(status, { 'content-length': String(body.length), ...headers })
    response.write(body.slice(0, at), () => {
      // Once what was written has left.
      setTimeout(() => (how === 'end' ? response.socket?.destroy() : response.socket?.resetAndDestroy()), 20)
    })
  }
}
