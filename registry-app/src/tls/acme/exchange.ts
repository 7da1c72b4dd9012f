import type { IncomingMessage } from 'node:http'
import { parseRetryAfter } from '../../concurrency/retry-after.ts'
import { AcmeProblem, AcmeUnreachable, isRecord } from './problem.ts'

/** One request to an ACME server. */
export interface AcmeRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface AcmeAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: string
  /** Milliseconds, where the server says how long it wants to be left in peace. */
  readonly retryAfter: number | undefined
}

export interface ExchangeOptions {
  /** PEM, trusted besides what Node.js trusts. */
  readonly ca: string | undefined
  readonly userAgent: string
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** An answer is a certificate chain at most. */
const largest = 1024 * 1024
const patience = 30_000

/**
 * HTTP as ACME needs it, in place of the library's own, which waits for ever, repeats what was refused, and forgets why.
 *
 * @throws AcmeProblem for a refusal, except of a nonce, which the library itself mends; AcmeUnreachable
 */
export function createExchange({ ca, userAgent, now, signal }: ExchangeOptions): (request: AcmeRequest) => Promise<AcmeAnswer> {
  const https = process.getBuiltinModule('node:https')
  const http = process.getBuiltinModule('node:http')
  const trusted = ca === undefined ? undefined : [...process.getBuiltinModule('node:tls').getCACertificates('default'), ca]

  const send = ({ url, method, headers, body }: AcmeRequest) =>
    new Promise<AcmeAnswer>((resolve, reject) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)])
      const { request } = url.startsWith('https:') ? https : http
      const options = { method, headers: { ...headers, 'user-agent': userAgent }, signal: limit, ...(trusted && { ca: trusted }) }
      const sent = request(url, options, response => void readAnswer(response, now).then(resolve, reject))
      sent.on('error', reject)
      sent.end(body)
    })

  return async request => {
    const answer = await send(request).catch(cause => {
      if (signal.aborted) throw signal.reason
      throw new AcmeUnreachable(`the certificate authority at ${new URL(request.url).host} cannot be reached: ${reason(cause)}`, { cause })
    })
    if (answer.status < 400) return answer
    const document = parse(answer.data)
    if (document.type === 'urn:ietf:params:acme:error:badNonce') return answer
    throw new AcmeProblem(document, answer)
  }
}

async function readAnswer(response: IncomingMessage, now: () => Date): Promise<AcmeAnswer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > largest) throw new Error(`its answer is larger than ${largest} bytes`)
    pieces.push(piece)
  }
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers,
    data: Buffer.concat(pieces).toString(),
    retryAfter: parseRetryAfter(headers['retry-after'], now()),
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text)
    return isRecord(document) ? document : {}
  } catch {
    // A proxy's page, perhaps: the status has to say it all.
    return {}
  }
}

function reason(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${patience / 1000} s`
  if (code !== undefined && distrusted.has(code))
    return `${message}; name its root in http.tls.letsencrypt.cacert if it is your own authority`
  return message || (code ?? 'unknown error')
}

const distrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
