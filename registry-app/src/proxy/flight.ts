import { nativeHasher } from '../hash/native.ts'
import { algorithmOf, type Digest, hexOf } from '../registry/digest.ts'
import { type Arrival, arrival, LeftBehind } from './arrival.ts'
import type { Answer } from './exchange.ts'
import { untilSettled } from './until-settled.ts'
import { UpstreamError } from './upstream-error.ts'

/** A blob on its way from an upstream: to the storage, and to everybody who asks for it meanwhile. */
export interface Flight {
  /** In bytes, once the upstream has said it. @throws UpstreamError */
  readonly size: Promise<number>
  /** Resolves when it is kept, which includes that its bytes are the right ones. */
  readonly kept: Promise<void>
  /**
   * Its bytes from `first` on, as they come; from the storage, once it is kept, what is too far behind. The last one comes only if all are the right ones.
   *
   * @throws what went wrong, if they are not, or did not all come
   */
  read(first: number, signal?: AbortSignal): AsyncGenerator<Uint8Array>
  /** Whether somebody who wants the bytes from there on gets them at once. */
  has(first: number): boolean
  /** It was given up: who asks for the blob now needs another one. */
  readonly givenUp: boolean
  /** Somebody waits for it, until what is returned is called. */
  join(): () => void
}

export interface FlightOptions {
  readonly digest: Digest
  /** Asks the upstream. */
  readonly open: (signal: AbortSignal) => Promise<Answer>
  /** Keeps the blob, if its bytes are the right ones. */
  readonly keep: (pieces: AsyncIterable<Uint8Array>, size: number) => Promise<void>
  /** The kept blob from a byte on. */
  readonly readKept: (first: number, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>
  /** What a manifest says of its size, if one does. */
  readonly expectedSize: number | undefined
  /** Milliseconds for which it goes on when nobody waits for it any more. */
  readonly goesOnFor: number
  /** Told of bytes that came. */
  readonly received: (bytes: number) => void
  /** Told of what the upstream did wrong after it had begun to answer. */
  readonly broken: (error: UpstreamError) => void
  /** Told that the bytes came, and could not be kept. */
  readonly notKept: (error: unknown) => void
  readonly capacity?: number | undefined
}

export function startFlight(options: FlightOptions): Flight {
  const { digest, open, keep, readKept, expectedSize, goesOnFor, received, broken, notKept, capacity } = options
  const given = new AbortController()
  let bytes: Arrival | undefined
  let waiting = 0
  let leaving: NodeJS.Timeout | undefined
  /** Also where nobody waits: it will be kept. */
  let isOfUse = goesOnFor > 0
  const giveUp = () => given.abort(new Error(`nobody waits for ${digest} any more`))

  const opening = (async () => {
    const answer = await open(given.signal)
    const size = sizeOf(answer)
    bytes = arrival({ size, ...(capacity === undefined ? {} : { capacity }) })
    return { answer, size, bytes }
  })()

  /** Before a byte of it is taken: who says no size, or another than the manifest, is not believed to send the blob. */
  function sizeOf({ headers, close }: Answer): number {
    const size = /^\d{1,15}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined
    if (size !== undefined && (expectedSize === undefined || size === expectedSize)) return size
    close()
    const error = wrong(digest, size === undefined ? 'comes without its size' : `has ${size} bytes, and a manifest says ${expectedSize}`)
    broken(error)
    throw error
  }

  async function receive({ answer, size, bytes }: Awaited<typeof opening>): Promise<void> {
    const hasher = nativeHasher(algorithmOf(digest))
    try {
      for await (const piece of answer.body) {
        received(piece.length)
        if (bytes.received + piece.length > size) throw wrong(digest, `has more than the ${size} bytes that it said`)
        await hasher.update(piece)
        await bytes.push(piece)
        given.signal.throwIfAborted()
      }
      if (bytes.received !== size) throw new UpstreamError('away', `${digest} ended ${size - bytes.received} bytes before its end`)
      if ((await hasher.digest()) !== hexOf(digest)) throw wrong(digest, 'does not have this digest')
      bytes.end()
    } catch (error) {
      // Who reads is told why it was given up, and not that a connection was closed.
      bytes.fail(given.signal.aborted ? given.signal.reason : error)
      answer.close()
      if (error instanceof UpstreamError) broken(error)
      throw error
    }
  }

  const kept = opening.then(async opened => {
    const receiving = receive(opened)
    const reading = opened.bytes.read(0, { essential: true })
    const keeping = keep(reading.pieces, opened.size).catch(error => {
      isOfUse = false
      reading.leave()
      if (waiting === 0) giveUp()
      throw error
    })
    const [arrived, stored] = await Promise.allSettled([receiving, keeping])
    if (arrived.status === 'rejected') throw arrived.reason
    if (stored.status === 'fulfilled') return
    notKept(stored.reason)
    throw stored.reason
  })
  // Whoever waits for it hears of it.
  kept.catch(() => {})
  const size = opening.then(opened => opened.size)
  size.catch(() => {})
  void kept.finally(() => clearTimeout(leaving)).catch(() => {})

  return {
    size,
    kept,
    has: first => bytes?.has(first) ?? true,
    get givenUp() {
      return given.signal.aborted
    },

    join() {
      waiting += 1
      clearTimeout(leaving)
      let joined = true
      return () => {
        if (!joined) return
        joined = false
        waiting -= 1
        if (waiting > 0) return
        // What has not begun to come is nothing yet that could be kept.
        if (!isOfUse || bytes === undefined) return giveUp()
        leaving = setTimeout(giveUp, goesOnFor)
        leaving.unref()
      }
    },

    async *read(first, signal) {
      const opened = await opening
      try {
        yield* opened.bytes.read(first, { signal }).pieces
      } catch (error) {
        if (!(error instanceof LeftBehind)) throw error
        await untilSettled(kept, signal)
        yield* readKept(error.position, signal)
      }
    },
  }
}

const wrong = (digest: Digest, what: string) => new UpstreamError('wrong', `what the upstream gives for ${digest} ${what}`)
