import { type LookupAddress, lookup } from 'node:dns'
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { UpstreamError } from './upstream-error.ts'

/** One HTTP request, and no more: what a redirect or a challenge says is for others to judge. */
export interface Exchange {
  /** @throws UpstreamError `away` if there is no answer, `wrong` if its host has no address that may be asked; the signal's reason */
  ask(asked: Asked): Promise<Answer>
  close(): void
}

export interface Asked {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  /** Whether an address may be asked; those of the host are looked up. */
  readonly mayReach: (address: string) => boolean
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** To be read to its end, or given up. Throws UpstreamError if it breaks off or stalls. */
  readonly body: AsyncIterable<Uint8Array>
  /** Gives up the body. */
  close(): void
  /** Who answered. */
  readonly address: string | undefined
}

export interface ExchangeOptions {
  readonly userAgent: string
  /** Milliseconds until the head of an answer is there. */
  readonly answerTimeout: number
  /** Milliseconds without a byte of a body that somebody wants. */
  readonly stallTimeout: number
}

/** What the headers of an answer may have together, in bytes. */
const maxHeaderSize = 32 * 1024
const connections = 64
/** Those that nobody uses just now, and how long they are kept. Milliseconds. */
const idleConnections = 8
const idleTime = 15_000

/** What is smaller is read to its end for the connection's sake, if it comes soon. Bytes, and milliseconds. */
const worthReading = 64 * 1024
const soon = 2000

/** A connection from an earlier request was gone: another one may do. */
class IdleConnectionClosed extends Error {}

/** Connections to one upstream, and to those that it leads to: no other one uses them. */
export function createExchange({ userAgent, answerTimeout, stallTimeout }: ExchangeOptions): Exchange {
  const agents = new Map<string, Agent>()
  const agentFor = (protocol: string) => {
    const { Agent } = moduleFor(protocol)
    const agent =
      agents.get(protocol) ?? new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: idleConnections, timeout: idleTime })
    agents.set(protocol, agent)
    return agent
  }

  const once = ({ url, method, headers, mayReach, signal }: Asked) =>
    new Promise<Answer>((resolve, reject) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      // An address that stands there as such is not looked up.
      if (isIP(host) !== 0 && !mayReach(host)) return reject(mayNotBeAsked(url, host))
      const request = moduleFor(url.protocol).request(url, {
        method,
        agent: agentFor(url.protocol),
        headers: { ...headers, 'user-agent': userAgent },
        maxHeaderSize,
        lookup: lookupAmong(url, mayReach),
        signal,
      })
      const late = setTimeout(() => request.destroy(new Error(`no answer within ${answerTimeout / 1000} s`)), answerTimeout)
      request.on('error', (cause: NodeJS.ErrnoException) => {
        if (signal.aborted) return reject(signal.reason)
        // The server closed it while it was idle, and had not said so yet.
        if (request.reusedSocket && cause.code === 'ECONNRESET') return reject(new IdleConnectionClosed(cause.message, { cause }))
        reject(cause instanceof UpstreamError ? cause : noAnswer(url, cause))
      })
      request.once('close', () => clearTimeout(late))
      request.once('response', response => {
        clearTimeout(late)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: piecesOf(response, url, stallTimeout),
          close: () => giveUp(response, method === 'HEAD'),
          address: response.socket.remoteAddress,
        })
      })
      request.end()
    })

  return {
    async ask(asked) {
      for (let attempts = 1; ; attempts += 1) {
        try {
          return await once(asked)
        } catch (error) {
          if (!(error instanceof IdleConnectionClosed)) throw error
          if (attempts > idleConnections) throw noAnswer(asked.url, error)
        }
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** Lets the connection be used again, if nothing more comes by it, or little. */
function giveUp(response: IncomingMessage, bodiless: boolean): void {
  const length = bodiless ? 0 : Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (length > worthReading) return void response.destroy()
  const timer = setTimeout(() => response.destroy(), soon)
  response.once('close', () => clearTimeout(timer))
  response.resume()
}

/** Loaded for the first upstream that speaks it. */
const moduleFor = (protocol: string) => process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')

/** Of a name's addresses those that may be asked, so that none can be another one when the connection is made. */
const lookupAmong =
  (url: URL, mayReach: (address: string) => boolean): LookupFunction =>
  (hostname, options, give) =>
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      const allowed = addresses.filter(({ address }) => mayReach(address))
      const [first] = allowed
      if (error) give(error, '')
      else if (!first) give(mayNotBeAsked(url, addresses[0]?.address ?? 'nowhere'), '')
      else if (options.all) give(null, allowed)
      else give(null, first.address, first.family)
    })

const mayNotBeAsked = (url: URL, address: string) =>
  new UpstreamError('wrong', `${url.hostname} is ${address}, an address that the upstream may not send this registry to`)

const noAnswer = (url: URL, cause: Error) => new UpstreamError('away', `no answer from ${url.host}: ${reasonOf(cause)}`, { cause })

/** Where several addresses were tried, the message is in the errors of each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return [...new Set(error.errors.map(reasonOf))].join(', ')
  return error instanceof Error ? error.message : String(error)
}

/** While a piece is with whoever reads, the upstream may wait as long as he does. */
async function* piecesOf(body: IncomingMessage & Readable, url: URL, stallTimeout: number): AsyncGenerator<Uint8Array> {
  let looks = 0
  let wanted = true
  const timer = setInterval(() => {
    if (wanted && ++looks > 2) body.destroy(new Error(`nothing came for ${stallTimeout / 1000} s`))
  }, stallTimeout / 2)
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      wanted = false
      yield piece
      wanted = true
      looks = 0
    }
  } catch (cause) {
    throw new UpstreamError('away', `the answer of ${url.host} broke off: ${reasonOf(cause)}`, { cause })
  } finally {
    clearInterval(timer)
  }
}
