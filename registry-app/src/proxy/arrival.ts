/**
 * Bytes that come once and are read by many, each at his own pace, in bounded memory: what came last is kept, so that who is a little late gets it all the same.
 *
 * The slowest reader holds back the source, for a while. If he takes too long, the others go on without him. The last byte is given to nobody before `end`: until
 * then it is not known that they are the right ones.
 */
export interface Arrival {
  /** Takes in a piece; its memory is free when this returns. Resolves when there is room for the next one. */
  push(piece: Uint8Array): Promise<void>
  /** All have come, and are the right ones. */
  end(): void
  fail(error: unknown): void
  /** What has come so far. */
  readonly received: number
  /** Whether a reader that begins at this byte would get it from here. */
  has(first: number): boolean
  /** The bytes from `first` on. */
  read(first: number, options?: ReadOptions): Reading
}

/** From when it is made until it is left, or read to its end, the source waits for it. */
export interface Reading {
  /**
   * To be read once. They are in memory that nobody overwrites.
   *
   * @throws LeftBehind with how far it came, where what follows is no longer here; what `fail` was given; the signal's reason
   */
  readonly pieces: AsyncGenerator<Uint8Array>
  leave(): void
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Whoever is essential is never left behind: all the others wait for him. @default false */
  readonly essential?: boolean
}

export interface ArrivalOptions {
  /** All the bytes that will come. */
  readonly size: number
  /** What is kept, in bytes. */
  readonly capacity?: number
  readonly blockSize?: number
  /** Milliseconds in which a reader has to make room for a block, while others wait for bytes, and while only the essential one does. */
  readonly patience?: { readonly others: number; readonly essential: number }
}

/** A reader was too slow, or came too late. */
export class LeftBehind extends Error {
  override readonly name = 'LeftBehind'
  /** The first byte that he did not get. */
  readonly position: number

  constructor(position: number) {
    super(`what follows byte ${position} is no longer in memory`)
    this.position = position
  }
}

interface Reader {
  position: number
  readonly essential: boolean
  left: boolean
  wake: () => void
}

export function arrival(options: ArrivalOptions): Arrival {
  const { size, capacity = 4 * 1024 * 1024, blockSize = 128 * 1024, patience = { others: 2000, essential: 10_000 } } = options
  const mostBlocks = Math.max(2, Math.floor(capacity / blockSize))
  const blocks: Buffer[] = []
  const readers = new Set<Reader>()
  /** Where the first block begins. */
  let base = 0
  let received = 0
  let ended = false
  let failure: { error: unknown } | undefined
  let roomFor: (() => void) | undefined

  /** What may be given out. */
  const ready = () => (ended ? received : Math.min(received, size - 1))
  const wakeAll = () => {
    for (const { wake } of readers) wake()
  }
  const holdingUp = () => [...readers].filter(({ position }) => position < base + blockSize)

  /** Room for another block: where all are full, the first one goes once everybody has read it. */
  async function makeRoom(): Promise<void> {
    if (blocks.length < mostBlocks) return
    for (let waited = 0; holdingUp().length > 0 && !failure; ) {
      if (await gotRoom(patience.others)) continue
      waited += patience.others
      const othersWait = [...readers].some(({ position, essential }) => position === ready() && !essential)
      if (othersWait || waited >= patience.essential) for (const reader of holdingUp()) if (!reader.essential) leave(reader)
    }
    blocks.shift()
    base += blockSize
  }

  /** @returns whether a reader made progress before the time was over */
  const gotRoom = (milliseconds: number) =>
    new Promise<boolean>(resolve => {
      const timer = setTimeout(() => resolve(false), milliseconds)
      roomFor = () => {
        if (holdingUp().length > 0 && !failure) return
        clearTimeout(timer)
        resolve(true)
      }
    })

  function leave(reader: Reader) {
    reader.left = true
    readers.delete(reader)
    reader.wake()
    roomFor?.()
  }

  return {
    get received() {
      return received
    },
    has: first => first >= base,

    async push(piece) {
      for (let rest = piece; rest.length > 0; ) {
        const used = received - base - (blocks.length - 1) * blockSize
        if (blocks.length === 0 || used === blockSize) {
          await makeRoom()
          if (failure) return
          blocks.push(Buffer.allocUnsafeSlow(Math.min(blockSize, size - received)))
          continue
        }
        const block = blocks.at(-1) as Buffer
        const taken = Math.min(rest.length, block.length - used)
        block.set(rest.subarray(0, taken), used)
        received += taken
        rest = rest.subarray(taken)
        wakeAll()
      }
    },

    end() {
      ended = true
      wakeAll()
    },

    fail(error) {
      failure ??= { error }
      wakeAll()
      roomFor?.()
    },

    read(first, { signal, essential = false } = {}) {
      const reader: Reader = { position: first, essential, left: first < base, wake: () => {} }
      if (!reader.left) readers.add(reader)
      return { pieces: piecesFor(reader, signal), leave: () => leave(reader) }
    },
  }

  async function* piecesFor(reader: Reader, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const gone = () => reader.wake()
    signal?.addEventListener('abort', gone)
    try {
      for (;;) {
        signal?.throwIfAborted()
        if (reader.left) throw new LeftBehind(reader.position)
        // Where the bytes themselves are wrong, nobody gets any more of them.
        if (failure) throw failure.error
        if (reader.position < ready()) {
          const piece = pieceAt(reader.position)
          yield piece
          // He has it now. Who was left behind while he took it goes on from there.
          reader.position += piece.length
          roomFor?.()
        } else if (ended) return
        else {
          await new Promise<void>(resolve => {
            reader.wake = resolve
          })
        }
      }
    } finally {
      leave(reader)
      signal?.removeEventListener('abort', gone)
    }
  }

  /** To the end of its block. */
  function pieceAt(position: number): Uint8Array {
    const index = Math.floor((position - base) / blockSize)
    const start = base + index * blockSize
    return (blocks[index] as Buffer).subarray(position - start, Math.min(ready() - start, blockSize))
  }
}
