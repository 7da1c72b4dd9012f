import type { AnswerFields, HeaderFields } from '../s3/bucket.ts'
import { openTransport, type Transport } from '../s3/transport.ts'
import type { Target } from './target.ts'

/** Plain HTTP requests, signed by nobody: a presigned URL is fetched as a client would. */
export interface Web {
  request(url: URL, request?: WebRequest): Promise<WebAnswer>
  close(): Promise<void>
}

export interface WebRequest {
  readonly method?: string
  readonly headers?: HeaderFields
  readonly body?: Uint8Array
}

export interface WebAnswer {
  readonly status: number
  readonly headers: AnswerFields
  readonly body: Buffer
}

/** Milliseconds. Somebody is waiting. */
const patience = { connect: 5000, stall: 10_000, answer: 15_000 }

export function openWeb({ ca, skipVerify = false }: Pick<Target, 'ca' | 'skipVerify'>, signal: AbortSignal): Web {
  const transports = new Map<string, Promise<Transport>>()
  const transportTo = (origin: string) => {
    const known = transports.get(origin)
    if (known) return known
    const opened = openTransport({ origin, connections: 4, timeouts: patience, ca, skipVerify })
    transports.set(origin, opened)
    return opened
  }
  return {
    async request(url, { method = 'GET', headers = {}, body } = {}) {
      const transport = await transportTo(url.origin)
      const answer = await transport.exchange({
        method,
        path: `${url.pathname}${url.search}`,
        headers,
        body: body ? [body] : [],
        startTimeout: patience.answer,
        answerTimeout: patience.answer,
        signal,
      })
      const pieces: Uint8Array[] = []
      for await (const piece of answer.body) pieces.push(Buffer.from(piece))
      return { status: answer.status, headers: answer.headers, body: Buffer.concat(pieces) }
    },
    async close() {
      const opened = await Promise.allSettled(transports.values())
      await Promise.allSettled(opened.map(each => (each.status === 'fulfilled' ? each.value.close() : undefined)))
    },
  }
}
