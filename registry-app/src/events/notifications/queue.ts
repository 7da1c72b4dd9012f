import type { Key } from '../../storage/driver.ts'
import { type Chunk, emptyChunk, hasRoom, isDue, itemsFrom, textOf } from './chunk.ts'

/**
 * Events that wait for one endpoint, in order.
 *
 * They lie in chunks. What is delivered at once never leaves memory; what waits for longer is kept in the storage too, and chunks between the first and the last lie
 * there alone. So a receiver that is there costs no request to the storage, one that is away costs one a second at most, and memory stays bounded.
 */
export interface Queue {
  /** How many events wait. */
  length(): number
  /** Whether the storage holds any of them. */
  isKept(): boolean
  /** Whether there is room for all of these. */
  hasRoom(events: readonly string[]): boolean
  /** @param event its JSON, on one line. @returns whether there was room for it */
  push(event: string): boolean
  /** The event whose turn it is, or `undefined` if none waits. @throws what the storage throws */
  first(): Promise<Turn | undefined>
  /** Keeps in the storage what has waited for long enough, or all there is, and takes away from there what is delivered. @throws what the storage throws */
  save(options?: { all: boolean }): Promise<void>
}

export interface Turn {
  readonly event: string
  /** To be called when it is delivered. */
  done(): void
  /** To be called when it is not. */
  again(): void
}

/** Where chunks are kept, a line for each event. */
export interface ChunkStore {
  keyOf(sequence: number): Key
  write(key: Key, text: string): Promise<void>
  read(key: Key): Promise<string | undefined>
  remove(keys: readonly Key[]): Promise<void>
}

export interface QueueOptions {
  store: ChunkStore
  /** So many events at most (`notifications.queue.limit`). */
  limit: number
  /** Milliseconds (`notifications.queue.save`). */
  saveAfter: number
  /** Milliseconds. */
  now: () => number
  /** So many events are not where they were kept: another process took them over. */
  missing: (count: number) => void
}

/** What it holds in memory at most, in characters, should the storage not take it. */
const memoryLimit = 16 * 1024 * 1024

export function createQueue({ store, limit, saveAfter, now, missing }: QueueOptions): Queue {
  const chunks: Chunk[] = []
  let sequence = 0
  let length = 0
  let inMemory = 0
  let delivered: Key[] = []
  let saving: Promise<void> = Promise.resolve()

  function lastChunk(): Chunk {
    const last = chunks.at(-1)
    if (last && hasRoom(last)) return last
    const made = emptyChunk(sequence++)
    chunks.push(made)
    return made
  }

  function drop(chunk: Chunk): void {
    chunks.splice(chunks.indexOf(chunk), 1)
    if (chunk.key !== undefined) delivered.push(chunk.key)
  }

  /** Brings a chunk back that lies in the storage alone. */
  async function load(chunk: Chunk): Promise<void> {
    const text = await store.read(chunk.key ?? '')
    if (text === undefined) {
      length -= chunk.count
      missing(chunk.count)
      return drop(chunk)
    }
    chunk.items = itemsFrom(text)
    inMemory += chunk.bytes
  }

  function finish(chunk: Chunk): void {
    const item = chunk.items?.shift()
    if (!item) return
    chunk.busy = false
    chunk.progressed ||= item.kept
    chunk.count -= 1
    chunk.bytes -= item.event.length
    inMemory -= item.event.length
    length -= 1
    if (chunk.count === 0) drop(chunk)
  }

  async function keep(chunk: Chunk): Promise<void> {
    const items = [...(chunk.items ?? [])]
    const key = chunk.key ?? store.keyOf(chunk.sequence)
    try {
      await store.write(key, textOf(items))
    } catch (error) {
      chunk.progressed = true
      throw error
    }
    for (const item of items) item.kept = true
    chunk.key = key
    // Some of it may have been delivered while it was written.
    chunk.progressed = items[0] !== chunk.items?.[0]
    // Or all of it.
    if (!chunks.includes(chunk)) delivered.push(key)
  }

  /** What lies between the first and the last, and in the storage, need not lie here. */
  function release(): void {
    for (const chunk of chunks.slice(1, -1)) {
      if (!chunk.items || chunk.busy || !chunk.items.every(({ kept }) => kept)) continue
      chunk.items = undefined
      inMemory -= chunk.bytes
    }
  }

  async function saveNow(before: number): Promise<void> {
    for (const chunk of [...chunks]) if (isDue(chunk, before)) await keep(chunk)
    release()
    if (delivered.length === 0) return
    const gone = delivered
    delivered = []
    try {
      await store.remove(gone)
    } catch (error) {
      delivered.push(...gone)
      throw error
    }
  }

  const service: Queue = {
    length: () => length,
    isKept: () => chunks.some(({ key }) => key !== undefined),

    hasRoom: events => length + events.length <= limit && inMemory + events.reduce((sum, event) => sum + event.length, 0) <= memoryLimit,

    push(event) {
      if (!service.hasRoom([event])) return false
      const chunk = lastChunk()
      chunk.items?.push({ event, since: now(), kept: false })
      chunk.count += 1
      chunk.bytes += event.length
      inMemory += event.length
      length += 1
      return true
    },

    async first() {
      for (;;) {
        const chunk = chunks[0]
        if (!chunk) return undefined
        if (!chunk.items) await load(chunk)
        const item = chunk.items?.[0]
        if (!item) continue
        chunk.busy = true
        const again = () => {
          chunk.busy = false
        }
        return { event: item.event, done: () => finish(chunk), again }
      }
    },

    save({ all } = { all: false }) {
      const before = all ? Number.POSITIVE_INFINITY : now() - saveAfter
      const next = saving.then(() => saveNow(before))
      // Whoever comes after need not fail for it.
      saving = next.catch(() => {})
      return next
    },
  }
  return service
}
