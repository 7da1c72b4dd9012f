import { type Queue, queue } from '../concurrency/queue.ts'
import type { AnswerFields, HeaderFields } from './bucket.ts'
import { trusted } from './download/dial.ts'
import { Silence } from './download/failures.ts'
import { openDownloads } from './download/open-downloads.ts'
import type { Timeouts } from './options.ts'
import { undiciExchange } from './undici-exchange.ts'

/** HTTP/1.1 to one server, over connections that are used again. */
export interface Transport {
  /** @throws what is known of the connection that broke, or the signal's reason */
  exchange(request: WireRequest): Promise<WireAnswer>
  /** Lets what is under way finish. */
  close(): Promise<void>
}

export interface WireRequest {
  method: string
  path: string
  headers: HeaderFields
  body: readonly Uint8Array[]
  /** What is asked for is the bytes of an object. */
  download?: boolean | undefined
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
  /** A piece may be overwritten once the next is asked for. */
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

/** A download whose reader took nothing for so long, or for up to twice as long, gives way. Milliseconds. */
const heldBackFor = 500

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
      ca: trusted(ca),
    },
    // One connection has one thing to do: several parts at once go over several.
    allowH2: false,
  })
  const downloads = openDownloads(options)
  const places = queue(connections)
  let looking: NodeJS.Timeout | undefined
  let closed: Promise<unknown> | undefined

  /** While somebody waits for a connection: a client that reads slowly, or not at all, shall keep none that others need. */
  const makeRoom = () => {
    looking ??= setInterval(() => {
      if (places.waiting > 0) return downloads.giveWay(places.waiting)
      clearInterval(looking)
      looking = undefined
    }, heldBackFor)
  }

  return {
    async exchange(request) {
      if (closed) throw new Error('the client of this bucket is closed')
      if (!places.enterNow(1)) {
        makeRoom()
        await placeFor(request, places)
      }
      let left = false
      const ended = () => {
        if (!left) places.leave(1)
        left = true
      }
      try {
        return await (request.download ? downloads.exchange(request, ended) : undiciExchange(pool, request, ended))
      } catch (error) {
        ended()
        throw error
      }
    },
    async close() {
      closed ??= Promise.all([pool.close(), downloads.close()])
      await closed
    },
  }
}

/** Waits until one of the connections has nothing to do. */
async function placeFor({ startTimeout, signal }: WireRequest, places: Queue): Promise<void> {
  const patience = AbortSignal.timeout(startTimeout)
  await places.enter(1, signal ? AbortSignal.any([signal, patience]) : patience).catch(error => {
    throw error === patience.reason ? new Silence('no connection could be had', startTimeout) : error
  })
}
