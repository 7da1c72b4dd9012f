import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Faults } from './faults.ts'
import { type Answer, objects } from './objects.ts'

export interface StoreDouble {
  readonly endpoint: string
  /** The keys that it holds. */
  keys(): readonly string[]
  /** The uploads in parts that are neither completed nor aborted, but for those that somebody else forgot. */
  uploads(): number
}

/** As much of S3 as the doctor asks for, in memory, with faults. It believes every signature that has the right form: what it checks is their time. */
export async function storeDouble(faults: Faults = {}, contents: Readonly<Record<string, string>> = {}): Promise<StoreDouble> {
  const { answer, keys, uploads } = objects(faults, contents)
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://double')
    const refusal = refused(request, url, faults)
    reply(request, response, refusal ?? answer(request, url, Buffer.concat(chunks)), faults)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys, uploads }
}

const refusal = (status: number, code: string, more = ''): Answer => ({ status, body: `<Error><Code>${code}</Code>${more}</Error>` })

function refused(
  { headers, method = '' }: IncomingMessage,
  url: URL,
  { signing = ['v2', 'v4'], region, ahead = 0, open, ignoresExpiry }: Faults,
) {
  const now = Date.now() / 1000 + ahead
  const { authorization = '' } = headers
  const query = url.searchParams
  const version =
    authorization.startsWith('AWS4-') || query.has('X-Amz-Algorithm') ? 'v4' : authorization || query.has('Signature') ? 'v2' : undefined
  if (version === undefined) return open ? undefined : refusal(403, 'AccessDenied')
  if (!signing.includes(version)) return refusal(400, 'InvalidRequest')

  const scope = query.get('X-Amz-Credential') ?? authorization
  if (region && version === 'v4' && !scope.includes(`/${region}/s3/`)) {
    return refusal(400, 'AuthorizationHeaderMalformed', `<Region>${region}</Region>`)
  }
  const expires = query.has('Expires')
    ? Number(query.get('Expires'))
    : seconds(query.get('X-Amz-Date')) + Number(query.get('X-Amz-Expires'))
  const ignored = ignoresExpiry === 'all' || (ignoresExpiry !== undefined && method !== 'GET')
  if (!authorization) return expires < now && !ignored ? refusal(403, 'AccessDenied', '<Message>Request has expired</Message>') : undefined
  const signed = version === 'v4' ? seconds(String(headers['x-amz-date'])) : Date.parse(String(headers.date)) / 1000
  return Math.abs(signed - now) > 900 ? refusal(403, 'RequestTimeTooSkewed', serverTime(now)) : undefined
}

const serverTime = (now: number) => `<ServerTime>${new Date(now * 1000).toISOString()}</ServerTime>`

/** `20261124T150000Z` */
const seconds = (text: string | null) =>
  Date.parse((text ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')) / 1000

function reply(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body = '' }: Answer,
  { ahead = 0 }: Faults,
): void {
  const bytes = Buffer.from(body)
  const date = new Date(Date.now() + ahead * 1000).toUTCString()
  response.writeHead(status, { date, server: 'Double', 'content-length': bytes.length, ...headers })
  response.end(method === 'HEAD' ? undefined : bytes)
}
