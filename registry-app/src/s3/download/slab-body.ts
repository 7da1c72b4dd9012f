import { endOfTurn } from '../../concurrency/end-of-turn.ts'
import type { WireAnswer } from '../transport.ts'
import type { Flow, Reader } from './reader.ts'
import { type Slabs, slabSize } from './slabs.ts'

/** So many bytes are worth a call of the kernel by themselves. Less, such as a record of TLS, waits for what comes with it in the same turn. */
const worthwhile = 64 * 1024

/**
 * How much room there still is when the connection is asked to wait: TLS hands out all of what it has read before it does, which is 64 KiB, and what
 * it had kept of a record. Bytes.
 */
const reserve = 128 * 1024

/**
 * A body of known length. The connection fills one slab while what is in the other goes to whoever reads. While he is slow, it goes on in the same one,
 * until that is nearly full.
 *
 * Each piece may be overwritten once the next is asked for.
 */
export function slabBody(length: number, slabs: Slabs, flow: Flow): Reader & Pick<WireAnswer, 'body' | 'close'> {
  const large = length > slabSize
  const memory = large ? [slabs.take(), slabs.take()] : [Buffer.allocUnsafe(length)]
  const size = Math.min(length, slabSize)
  /** Which slab is being filled, and how far; which one is being read, and how far. */
  let into = 0
  let filled = 0
  let from = 0
  let read = 0
  /** How far the one is filled that is not being filled. */
  let left = 0
  let missing = length
  let waits = false
  let given = 0
  let failure: Error | undefined
  let over = length === 0
  let wake: (() => void) | undefined
  let waking = false

  const wakeSoon = () => {
    if (waking || !wake) return
    waking = true
    void endOfTurn().then(() => {
      waking = false
      wake?.()
    })
  }

  const slab = (index: number) => memory[index] as Buffer
  const swap = () => {
    left = filled
    into = 1 - into
    filled = 0
  }

  /** What has come and was not read yet, as one piece. */
  const next = () => {
    if (from !== into && read === left) {
      from = into
      read = 0
      if (waits) {
        waits = false
        if (filled === size) swap()
        flow.resume()
      }
    }
    const piece = slab(from).subarray(read, from === into ? filled : left)
    read += piece.length
    given += piece.length
    return piece
  }

  const stop = (because: Error | undefined) => {
    if (over) return
    over = true
    failure = because
    wake?.()
  }
  const abandon = (because?: Error) => {
    if (over) return
    stop(because)
    flow.abandon()
  }

  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      while (given < length) {
        const piece = next()
        if (piece.length > 0) {
          yield piece
          continue
        }
        if (failure) throw failure
        if (over) return
        await new Promise<void>(resolve => {
          wake = resolve
        })
        wake = undefined
      }
      // Only here is it certain that nobody looks at a piece any more.
      if (large) memory.forEach(slabs.give)
    } finally {
      abandon()
    }
  }

  return {
    // Where a connection that waits goes on is asked before it waits.
    room: () => (filled === size ? slab(1 - into) : slab(into).subarray(filled)),

    took(count) {
      if (filled === size) {
        abandon(new Error('more came from the connection than it had room for'))
        return true
      }
      const wanted = Math.min(count, missing)
      filled += wanted
      missing -= wanted
      if (missing === 0) {
        over = true
        flow.done(count > wanted)
      } else if (large && from === into) {
        // Whoever reads in this one has left the other.
        swap()
      } else {
        waits = large && size - filled < reserve
      }
      if (count >= worthwhile) wake?.()
      else wakeSoon()
      return !waits
    },

    over: stop,

    body: pieces(),
    close: () => abandon(),
  }
}
