import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingHttpHeaders, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * - `here`: this machine, which listened for that
 * - `registry`: one is deployed already
 * - `other`: another program, or another machine
 * - `refused`: a machine where nothing listens, although this one did
 * - `silent`: nobody, not even a refusal
 * - `untried`: nothing listens there, and nothing could be made to
 */
export type Answer = 'here' | 'registry' | 'other' | 'refused' | 'silent' | 'untried'

export interface Question {
  readonly address: string
  readonly port: number
  readonly domain: string
  /** Whether the host is this machine, so that it can listen itself. */
  readonly here: boolean
  readonly signal: AbortSignal
}

/** Milliseconds. */
const patience = 5000

/** Who answers at a port of an address. */
export async function askWhoAnswers({ address, port, domain, here, signal }: Question): Promise<Answer> {
  const word = randomBytes(16).toString('hex')
  const server = createServer(socket => socket.on('error', () => {}).end(word))
  const listens = here && (await listen(server, port))
  try {
    const found = await ask(address, port, signal)
    if (found === word) return 'here'
    if (found === 'refused') return listens ? 'refused' : 'untried'
    if (found === 'silent') return 'silent'
    return (await isRegistry(address, port, domain, signal)) ? 'registry' : 'other'
  } finally {
    if (listens) server.close()
  }
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<boolean> {
  server.listen({ port, exclusive: true })
  return once(server, 'listening').then(
    () => true,
    () => false,
  )
}

/** What is said there unasked, which is nothing, as a rule. */
async function ask(host: string, port: number, signal: AbortSignal): Promise<string> {
  const socket = connect({ host, port, signal })
  const connected = await Promise.race([
    once(socket, 'connect').then(
      () => 'yes' as const,
      cause => ('code' in cause && cause.code === 'ECONNREFUSED' ? ('refused' as const) : ('silent' as const)),
    ),
    after(patience, 'silent' as const),
  ])
  try {
    return connected === 'yes' ? await Promise.race([text(socket).catch(() => ''), after(1000, '')]) : connected
  } finally {
    socket.destroy()
  }
}

/** By the header that the specification gives it, whatever its certificate is; at the port of plain HTTP, by where that leads. */
async function isRegistry(host: string, port: number, domain: string, signal: AbortSignal): Promise<boolean> {
  const options = { host, port, path: '/v2/', headers: { host: domain }, timeout: patience, signal }
  const secure = await headersOf(tlsRequest({ ...options, servername: domain, rejectUnauthorized: false }))
  if (secure) return secure['docker-distribution-api-version'] !== undefined
  const plain = await headersOf(plainRequest(options))
  return plain?.location?.startsWith(`https://${domain}`) ?? false
}

function headersOf(call: ClientRequest): Promise<IncomingHttpHeaders | undefined> {
  return new Promise(resolve => {
    call.on('response', answer => {
      answer.resume()
      resolve(answer.headers)
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(undefined))
    call.end()
  })
}

const after = <Value>(milliseconds: number, value: Value) =>
  new Promise<Value>(resolve => {
    setTimeout(resolve, milliseconds, value).unref()
  })
