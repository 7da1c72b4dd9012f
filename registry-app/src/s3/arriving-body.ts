import { endOfTurn } from '../concurrency/end-of-turn.ts'

/** The connection that a body comes from. */
export interface Flow {
  pause(): void
  resume(): void
  /** Closes the connection: what is still on its way is of no use to anybody. */
  abandon(): void
}

export interface ArrivingBody extends AsyncIterable<Uint8Array> {
  push(piece: Uint8Array): void
  end(): void
  fail(error: unknown): void
  /** Gives up what has not been read. */
  close(): void
}

/** What may wait to be read, in bytes, before the connection is asked to pause. */
const highWater = 256 * 1024

/** Hands pieces from a connection on to whoever reads, and holds the connection back while he is slower. */
export function arrivingBody(flow: Flow): ArrivingBody {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let paused = false
  let over = false
  let failure: { error: unknown } | undefined
  let wake: (() => void) | undefined
  let waking = false

  /** What comes in one turn is handed on together: whoever passes it on can then write it by one call. */
  const wakeSoon = () => {
    if (!wake || waking) return
    waking = true
    void endOfTurn().then(() => {
      waking = false
      wake?.()
    })
  }

  const close = () => {
    waiting = []
    if (over) return
    over = true
    wake?.()
    flow.abandon()
  }

  return {
    push(piece) {
      waiting.push(piece)
      bytes += piece.length
      if (bytes > highWater && !paused) {
        paused = true
        flow.pause()
      }
      wakeSoon()
    },

    end() {
      over = true
      wake?.()
    },

    fail(error) {
      if (over) return
      over = true
      failure = { error }
      wake?.()
    },

    close,

    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const ready = waiting
          waiting = []
          for (const piece of ready) {
            bytes -= piece.length
            yield piece
          }
          if (paused && bytes <= highWater / 2) {
            paused = false
            flow.resume()
          }
          if (waiting.length > 0) continue
          if (failure) throw failure.error
          if (over) return
          await new Promise<void>(resolve => {
            wake = resolve
          })
          wake = undefined
        }
      } finally {
        close()
      }
    },
  }
}
