import { LRUCache } from 'lru-cache'
import { queue } from '../concurrency/queue.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import { type Flight, startFlight } from './flight.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamError } from './upstream-error.ts'
import type { Watcher } from './watcher.ts'

/** The blobs that are on their way: one fetch for each, however many ask. */
export interface Flights {
  /** The one that is under way. */
  find(name: Name, digest: Digest): Flight | undefined
  /** The same, or a new one. */
  start(name: Name, digest: Digest, place: Place<UpstreamClient>): Flight
  /** Whether one ended a moment ago: who did not find the blob before has to look again. */
  ended(name: Name, digest: Digest): boolean
  readonly count: number
}

export interface FlightsOptions {
  readonly registry: Registry
  readonly watcher: Watcher
  /** `proxy.cachewritetimeout` */
  readonly goesOnFor: number
  /** False: nothing may be stored. */
  readonly keeps: boolean
  readonly notKept: (name: Name, digest: Digest, error: unknown) => void
}

/** From one upstream at once; each holds up to 4 MiB. Further ones wait. */
const atOnce = 16
/** What ended a moment ago. */
const remembered = 4096

export function flights({ registry, watcher, goesOnFor, keeps, notKept }: FlightsOptions): Flights {
  const underWay = new Map<string, Flight>()
  const recent = new LRUCache<string, true>({ max: remembered })
  const places = new Map<string, ReturnType<typeof queue>>()
  const keyOf = (name: Name, digest: Digest) => `${name} ${digest}`

  const current = (key: string) => {
    const flight = underWay.get(key)
    return flight?.givenUp ? undefined : flight
  }

  function placesFor(label: string) {
    const found = places.get(label) ?? queue(atOnce)
    places.set(label, found)
    return found
  }

  /** The blob is linked to the repository only when all its bytes came from there: to know a digest gives nobody a right to see what has it. */
  async function keep(name: Name, digest: Digest, pieces: AsyncIterable<Uint8Array>, size: number): Promise<void> {
    if (keeps) await registry.uploads.store(name, digest, { pieces, size })
    else for await (const _ of pieces);
  }

  async function* readKept(name: Name, digest: Digest, first: number, signal: AbortSignal | undefined) {
    const blob = await registry.blobs.open(name, digest, { range: { first }, signal })
    if (!blob) throw new UpstreamError('away', `${digest} is no longer on its way, and was not kept`)
    yield* blob.body
  }

  return {
    get count() {
      return underWay.size
    },
    find: (name, digest) => current(keyOf(name, digest)),
    ended: (name, digest) => recent.has(keyOf(name, digest)),

    start(name, digest, { upstream, path }) {
      const key = keyOf(name, digest)
      const known = current(key)
      if (known) return known
      const slots = placesFor(upstream.label)
      let inside = false
      const flight = startFlight({
        digest,
        async open(signal) {
          await slots.enter(1, signal)
          inside = true
          return upstream.ask({ method: 'GET', path, what: `blobs/${digest}`, kind: 'blob', signal })
        },
        keep: (pieces, size) => keep(name, digest, pieces, size),
        readKept: (first, signal) => readKept(name, digest, first, signal),
        expectedSize: registry.blobs.expectedSize(name, digest),
        goesOnFor,
        received: bytes => watcher.received(upstream.label, bytes),
        broken: error => watcher.failed(upstream.label, error),
        notKept: error => notKept(name, digest, error),
      })
      underWay.set(key, flight)
      const settle = () => {
        if (inside) slots.leave(1)
        recent.set(key, true)
        if (underWay.get(key) === flight) underWay.delete(key)
      }
      flight.kept.then(settle, settle)
      return flight
    },
  }
}
