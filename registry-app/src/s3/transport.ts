import type { Pool } from 'undici'
import { arrivingBody } from './arriving-body.ts'
import type { AnswerFields, HeaderFields } from './bucket.ts'
import type { Timeouts } from './options.ts'

/** HTTP/1.1 to one server, over connections that are used again. */
export interface Transport {
  /** @throws what undici says of the connection, or the signal's reason */
  exchange(request: WireRequest): Promise<WireAnswer>
  /** Lets what is under way finish. */
  close(): Promise<void>
}

export interface WireRequest {
  method: string
  path: string
  headers: HeaderFields
  body: readonly Uint8Array[]
  /** Milliseconds until a connection takes it: one that is made for it, or one of those that all are busy. */
  startTimeout: number
  /** Milliseconds from the last piece that was taken of the body to the first byte of the answer. */
  answerTimeout: number
  /** A piece of the body was taken. */
  moved?: (() => void) | undefined
  signal: AbortSignal | undefined
}

export interface WireAnswer {
  status: number
  headers: AnswerFields
  body: AsyncIterable<Uint8Array>
  close(): void
}

export interface TransportOptions {
  origin: string
  connections: number
  timeouts: Pick<Timeouts, 'connect' | 'stall'>
  ca: string | undefined
  skipVerify: boolean
}

/** Undici comes only when a store is spoken to: a registry on files starts without it. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { default: UndiciPool } = await import('undici/lib/dispatcher/pool.js')
  const { origin, connections, timeouts, ca, skipVerify } = options
  const pool = new UndiciPool(origin, {
    connections,
    // Stores tell no limit of their own and hold idle connections for longer than this; one that was closed meanwhile costs a retry.
    keepAliveTimeout: 20_000,
    bodyTimeout: timeouts.stall,
    connect: {
      timeout: timeouts.connect,
      rejectUnauthorized: !skipVerify,
      ...(ca !== undefined && { ca: [...trusted(), ca] }),
    },
    // One connection has one thing to do: several parts at once go over several.
    allowH2: false,
  })
  let closed: Promise<void> | undefined
  return {
    exchange: request => exchange(pool, request),
    close() {
      closed ??= pool.close()
      return closed
    },
  }
}

/** By name `node:tls` would be loaded at every start: in one file, all `import`s stand at the top. */
const trusted = () => process.getBuiltinModule('node:tls').getCACertificates('default')

function exchange(pool: Pool, request: WireRequest): Promise<WireAnswer> {
  const { method, path, headers, body, startTimeout, answerTimeout, signal } = request
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined
    let givenUp: { reason: Error } | undefined
    const giveUp = (reason: Error) => {
      givenUp = { reason }
      abort?.(reason)
      reject(reason)
      ended()
    }
    const onAbort = () => giveUp(signal?.reason)
    const ended = () => {
      clearTimeout(waiting)
      signal?.removeEventListener('abort', onAbort)
    }
    let arriving: ReturnType<typeof arrivingBody> | undefined

    const waiting = setTimeout(() => giveUp(new NoConnection(startTimeout)), startTimeout)
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })

    const length = body.reduce((sum, { length }) => sum + length, 0)
    pool.dispatch(
      {
        method,
        path,
        headers: length > 0 || method === 'PUT' || method === 'POST' ? { ...headers, 'content-length': String(length) } : headers,
        // Written piece by piece, `answerTimeout` begins with the last one that the store took. Undici takes iterables; its types forgot them.
        body: length > 0 ? (pieces(request) as unknown as Uint8Array) : null,
        headersTimeout: answerTimeout,
        // Undici would close the connection after every HEAD, for servers that send a body there.
        reset: false,
      },
      {
        onRequestStart(controller) {
          clearTimeout(waiting)
          abort = reason => controller.abort(reason)
          if (givenUp) controller.abort(givenUp.reason)
        },
        onResponseStart(controller, status, headers) {
          if (status < 200) return
          arriving = arrivingBody({
            pause: () => controller.pause(),
            resume: () => controller.resume(),
            abandon: () => controller.abort(new Error('the answer is not wanted any more')),
          })
          resolve({ status, headers, body: arriving, close: arriving.close })
        },
        onResponseData(_, piece) {
          arriving?.push(piece)
        },
        onResponseEnd() {
          ended()
          arriving?.end()
        },
        onResponseError(_, error) {
          ended()
          arriving?.fail(error)
          reject(error)
        },
      },
    )
  })
}

/** Small enough that a slow line takes one within the time that it has. */
const pieceSize = 1024 * 1024

function* pieces({ body, moved }: WireRequest): Iterable<Uint8Array> {
  for (const buffer of body) {
    for (let at = 0; at < buffer.length; at += pieceSize) {
      yield buffer.subarray(at, at + pieceSize)
      moved?.()
    }
  }
}

class NoConnection extends Error {
  readonly code = 'ETIMEDOUT'

  constructor(milliseconds: number) {
    super(`no connection could be had for ${milliseconds / 1000} s`)
  }
}
