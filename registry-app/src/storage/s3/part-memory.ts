import { queue } from '../../concurrency/queue.ts'
import type { UploadMemory } from '../driver.ts'

/** What a body of unknown length begins with: most configs and manifests fit, and whoever waits for more holds no more than this. Bytes. */
const firstShare = 64 * 1024
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
  reserve(bytes: number, signal?: AbortSignal): Promise<Share>
  /**
   * Room that nobody else needs now, or `undefined`.
   *
   * @param giveBack called, once, when somebody has to wait: what is held should be on its way out soon
   */
  spare(bytes: number, giveBack: () => void): Share | undefined
  /** Whether a third of it would be left if so many more bytes were taken. */
  ampleFor(bytes: number): boolean
  /** As it is now, without the beginnings. */
  state(): UploadMemory
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
  release(): void
}

/** @param limit bytes for parts, beside the beginnings; a part that is larger than all of it is let in alone */
export function partMemory(limit: number): PartMemory {
  const spare: Buffer[] = []
  const blocks = {
    take: () => spare.pop() ?? Buffer.allocUnsafeSlow(blockSize),
    give: (block: Buffer) => {
      if (spare.length * blockSize < limit) spare.push(block)
    },
  }
  const small = { take: () => Buffer.allocUnsafe(firstShare), give: () => {} }
  const holders = new Set<() => void>()
  const parts = queue(limit, () => {
    for (const giveBack of holders) giveBack()
    holders.clear()
  })
  const begun = queue(beginnings)

  return {
    async begin(signal) {
      await begun.enter(1, signal)
      return share(firstShare, firstShare, small, () => begun.leave(1))
    },
    async reserve(bytes, signal) {
      await parts.enter(bytes, signal)
      return share(bytes, blockSize, blocks, () => parts.leave(bytes))
    },
    spare(bytes, giveBack) {
      if (!parts.enterNow(bytes)) return undefined
      holders.add(giveBack)
      return share(bytes, blockSize, blocks, () => {
        holders.delete(giveBack)
        parts.leave(bytes)
      })
    },
    ampleFor: bytes => parts.waiting === 0 && parts.inside + bytes <= (limit * 2) / 3,
    state: () => ({ limit, used: parts.inside, waiting: parts.waiting }),
  }
}

interface Blocks {
  take(): Buffer
  give(block: Buffer): void
}

function share(capacity: number, size: number, blocks: Blocks, leave: () => void): Share {
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
    release() {
      if (released) return
      released = true
      for (const block of held) blocks.give(block)
      earlier?.release()
      leave()
    },
  }
}
