import { queue } from '../../concurrency/queue.ts'
import type { UploadMemory } from '../driver.ts'
import { partRoom } from './part-room.ts'

/** What a body of unknown length begins with, and all of a small one: most configs and manifests fit, and whoever waits for more holds no more than this. Bytes. */
export const firstShare = 64 * 1024
/** How many may hold such a beginning at once; further ones wait. */
const beginnings = 256
/** A share is filled block by block, so that a small body in a large share touches little memory. Bytes. */
const blockSize = 1024 * 1024

/**
 * Memory for bodies on their way to the store, bounded over all uploads.
 *
 * An upload asks for all that its next part may need before it takes a byte of it, and holds nothing, or a mere beginning, while it waits: so whoever
 * holds memory can always finish its part, and nobody waits for ever.
 */
export interface PartMemory {
  /** Room for a body that may turn out to be small. */
  begin(signal?: AbortSignal): Promise<Share>
  /** Room for so many bytes, in the order of asking. */
  reserve(bytes: number, options?: ReserveOptions): Promise<Share>
  /**
   * For an upload that keeps what it has while it takes more.
   *
   * @param giveBack called, once, when somebody has to wait while it takes nothing: what is held should be on its way out soon
   */
  hold(giveBack: () => void): Holder
  /** Whether a third of it would be left if so many more bytes were taken. */
  ampleFor(bytes: number): boolean
  /** As it is now, without the beginnings. */
  state(): UploadMemory
}

export interface ReserveOptions {
  signal?: AbortSignal | undefined
  /** It is the first of several that will be held together. @default false */
  willHold?: boolean
}

export interface Holder {
  /** Room for more, before those who wait for their first, or `undefined` if there is none: then what is held should be on its way out soon. */
  more(bytes: number, signal?: AbortSignal): Promise<Share | undefined>
  /** Nothing is held any more. */
  end(): void
}

/** Memory that is filled once, sent, and given back. */
export interface Share {
  readonly capacity: number
  readonly used: number
  /** Copies in as much as there is room for. @returns how many bytes that was */
  fill(piece: Uint8Array): number
  /** What was filled in, in order; overwritten after `release`. */
  readonly content: readonly Uint8Array[]
  /** Takes over what another share holds; both are given back with this one. */
  append(beginning: Share): void
  /** It is on its way to the store now: others can wait for it. */
  sending(): void
  release(): void
}

/** While somebody waits, what is held has to grow so often, or goes. Milliseconds. */
const patience = 1000

/** @param limit bytes for parts, beside the beginnings; a part that is larger than all of it is let in alone */
export function partMemory(limit: number, { patience: milliseconds = patience } = {}): PartMemory {
  const spare: Buffer[] = []
  const blocks = {
    take: () => spare.pop() ?? Buffer.allocUnsafeSlow(blockSize),
    give: (block: Buffer) => {
      if (spare.length * blockSize < limit) spare.push(block)
    },
  }
  const small = { take: () => Buffer.allocUnsafe(firstShare), give: () => {} }
  const room = partRoom(limit, milliseconds)
  const begun = queue(beginnings)

  const part = (bytes: number) => {
    let isLeaving = false
    return share(bytes, blockSize, blocks, {
      sending() {
        if (isLeaving) return
        isLeaving = true
        room.leaving(bytes)
      },
      leave: () => room.leave(bytes, isLeaving),
    })
  }

  return {
    async begin(signal) {
      await begun.enter(1, signal)
      return share(firstShare, firstShare, small, { sending: () => {}, leave: () => begun.leave(1) })
    },
    async reserve(bytes, { willHold = false, signal } = {}) {
      await room.enter(bytes, { willGrow: willHold, signal })
      return part(bytes)
    },
    hold(giveBack) {
      const { grow, end } = room.grower(giveBack)
      return { more: async (bytes, signal) => ((await grow(bytes, signal)) ? part(bytes) : undefined), end }
    },
    ampleFor: bytes => room.waiting === 0 && room.inside + bytes <= (limit * 2) / 3,
    state: () => ({ limit, used: room.inside, waiting: room.waiting }),
  }
}

interface Blocks {
  take(): Buffer
  give(block: Buffer): void
}

function share(capacity: number, size: number, blocks: Blocks, { sending, leave }: { sending: () => void; leave: () => void }): Share {
  const held: Buffer[] = []
  let earlier: Share | undefined
  let own = 0
  let released = false
  const before = () => earlier?.used ?? 0

  return {
    capacity,
    get used() {
      return before() + own
    },
    fill(piece) {
      let taken = 0
      while (taken < piece.length && before() + own < capacity) {
        const at = own % size
        if (at === 0) held.push(blocks.take())
        const room = Math.min(size - at, capacity - before() - own, piece.length - taken)
        held.at(-1)?.set(piece.subarray(taken, taken + room), at)
        taken += room
        own += room
      }
      return taken
    },
    get content() {
      const mine = held.map((block, index) => block.subarray(0, Math.min(size, own - index * size)))
      return [...(earlier?.content ?? []), ...mine]
    },
    append(beginning) {
      earlier = beginning
    },
    sending() {
      if (!released) sending()
    },
    release() {
      if (released) return
      released = true
      for (const block of held) blocks.give(block)
      earlier?.release()
      leave()
    },
  }
}
