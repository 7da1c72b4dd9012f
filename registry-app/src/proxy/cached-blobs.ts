import type { Blobs } from '../registry/blobs.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name } from '../registry/name.ts'
import type { ByteRange, CallOptions, StoredObject } from '../storage/driver.ts'
import type { Flight } from './flight.ts'
import type { Flights } from './flights.ts'
import { refuse } from './refuse.ts'
import { untilSettled } from './until-settled.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { clientError, UpstreamError } from './upstream-error.ts'
import type { Watcher } from './watcher.ts'

export interface CachedBlobsOptions {
  readonly blobs: Blobs
  readonly flights: Flights
  readonly placeOf: (name: Name) => Place<UpstreamClient> | undefined
  readonly watcher: Watcher
  readonly now: () => Date
}

/** Milliseconds for an answer without a body, sign-in and all. */
const patience = 30_000

/** Blobs, of which those of an upstream's repositories are fetched when somebody asks, and then kept. Nothing is pushed there. */
export function cachedBlobs({ blobs, flights, placeOf, watcher, now }: CachedBlobsOptions): Blobs {
  async function stat(place: Place<UpstreamClient>, name: Name, digest: Digest, options?: CallOptions) {
    const local = await blobs.stat(name, digest, options)
    if (local) return local
    const { upstream, path } = place
    try {
      const running = flights.find(name, digest)
      if (running) return { size: await untilSettled(running.size, options?.signal) }
      const asked = upstream.ask({ method: 'HEAD', path, what: `blobs/${digest}`, kind: 'blob', signal: AbortSignal.timeout(patience) })
      const answer = await untilSettled(asked, options?.signal)
      answer.close()
      const length = answer.headers['content-length'] ?? ''
      if (!/^\d{1,15}$/.test(length)) throw new UpstreamError('wrong', `${upstream.label} does not say how large ${digest} is`)
      return { size: Number(length) }
    } catch (error) {
      if (error instanceof UpstreamError && error.failure === 'unknown') return undefined
      throw clientError(error, 'BLOB_UNKNOWN', { name, digest })
    }
  }

  /** What the repository has of it already. */
  async function openKept(name: Name, digest: Digest, options?: CallOptions & { range?: ByteRange | undefined }) {
    const ended = flights.ended(name, digest)
    const local = await blobs.open(name, digest, options)
    // One may have ended since it was looked for.
    return local || ended || !flights.ended(name, digest) ? local : blobs.open(name, digest, options)
  }

  return {
    ...blobs,

    async stat(name, digest, options) {
      const place = placeOf(name)
      return place ? stat(place, name, digest, options) : blobs.stat(name, digest, options)
    },

    // Nobody leaves a blob out of a push because of what a cache says: nothing is pushed there.
    async offer(name, digest, options) {
      const place = placeOf(name)
      return place ? stat(place, name, digest, options) : blobs.offer(name, digest, options)
    },

    async open(name, digest, options) {
      const place = placeOf(name)
      if (!place) return blobs.open(name, digest, options)
      const { label } = place.upstream
      const running = flights.find(name, digest)
      const kept = running ? undefined : await openKept(name, digest, options)
      if (kept) {
        watcher.answered(label, 'blob', 'hit')
        return kept
      }
      const joined = running ?? flights.find(name, digest)
      watcher.answered(label, 'blob', joined ? 'joined' : 'miss')
      const flight = joined ?? flights.start(name, digest, place)
      const leave = flight.join()
      try {
        const { range, signal } = options ?? {}
        const size = await untilSettled(flight.size, signal)
        const first = range?.first ?? 0
        // Of what ends before the last byte nobody knows yet whether it is right.
        const toTheEnd = range?.last === undefined || range.last >= size - 1
        if (toTheEnd && flight.has(first)) return arriving(flight, leave, { size, first, signal, modified: now() })
        await untilSettled(flight.kept, signal)
        leave()
        const stored = await blobs.open(name, digest, options)
        if (!stored) throw new UpstreamError('away', `${digest} came from ${label}, and is not kept here: ask for all of it`)
        return stored
      } catch (error) {
        leave()
        if (error instanceof UpstreamError && error.failure === 'unknown') return undefined
        throw clientError(error, 'BLOB_UNKNOWN', { name, digest })
      }
    },

    // What is not kept, or is on its way, is in no store to send clients to: it is served here.
    async locate(name, digest, options) {
      const place = placeOf(name)
      if (!place) return blobs.locate(name, digest, options)
      const where = flights.find(name, digest) ? undefined : await blobs.locate(name, digest, options)
      if (where === undefined || where === 'unknown') return undefined
      watcher.answered(place.upstream.label, 'blob', 'hit')
      return where
    },

    async sizeOf(name, digest, options) {
      const place = placeOf(name)
      return place ? (await stat(place, name, digest, options))?.size : blobs.sizeOf(name, digest, options)
    },

    async unlink(name, digest, options) {
      refuse(placeOf(name), name)
      return blobs.unlink(name, digest, options)
    },

    async mount(to, digest, from, options) {
      refuse(placeOf(to), to)
      return blobs.mount(to, digest, from, options)
    },
  }
}

interface Wanted {
  readonly size: number
  readonly first: number
  readonly signal: AbortSignal | undefined
  readonly modified: Date
}

/** A blob that is still on its way, as if it were stored. */
function arriving(flight: Flight, leave: () => void, { size, first, signal, modified }: Wanted): StoredObject {
  signal?.addEventListener('abort', leave, { once: true })
  async function* body() {
    try {
      if (first < size || size === 0) yield* flight.read(first, signal)
    } finally {
      leave()
      signal?.removeEventListener('abort', leave)
    }
  }
  return { size, modified, body: body(), close: async () => leave() }
}
