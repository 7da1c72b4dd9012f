import { close, read, write } from './calls.ts'

/** How much is read at once. Two buffers of this size serve one download, however large. */
const readSize = 512 * 1024

/** How much is gathered for one write while the one before is still on its way. */
const writeSize = 512 * 1024

/** What all uploads together may have gathered; beyond it each piece is written as it comes. */
const gatherLimit = 16 * 1024 * 1024

/** How many bytes wait to be written, over all uploads of a driver. */
export interface Gathered {
  bytes: number
}

/**
 * The bytes from `first` up to `end`, read ahead by one buffer. Closes the file in the end, or when the reader gives up.
 *
 * Each piece is overwritten after the next has been asked for: two buffers are all that a download takes.
 */
export async function* readStream(fd: number, first: number, end: number): AsyncGenerator<Uint8Array> {
  let ahead: Promise<number> | undefined
  try {
    const size = Math.min(readSize, end - first)
    if (size <= 0) return
    let current = Buffer.allocUnsafeSlow(size)
    let other = size < end - first ? Buffer.allocUnsafeSlow(size) : current
    let position = first
    ahead = read(fd, current, position)
    while (position < end) {
      const count = ahead && (await ahead)
      if (!count) throw new Error('the file became shorter while it was read')
      const piece = current.subarray(0, Math.min(count, end - position))
      position += piece.length
      ;[current, other] = [other, current]
      ahead = position < end ? read(fd, current, position) : undefined
      yield piece
    }
  } finally {
    // A read that is still under way must not find its descriptor closed and given to another file.
    await ahead?.catch(() => {})
    close(fd)
  }
}

/** Writes all of `body` to the file, one write under way while the next is gathered. @returns the number of bytes */
export async function writeStream(fd: number, body: AsyncIterable<Uint8Array>, total: Gathered): Promise<number> {
  let size = 0
  let gathered: Uint8Array[] = []
  let waiting = 0
  let underWay = Promise.resolve()

  const flush = async () => {
    await underWay
    const pieces = gathered
    const bytes = waiting
    gathered = []
    waiting = 0
    underWay = write(fd, pieces).finally(() => {
      total.bytes -= bytes
    })
    // Seen by the next `await underWay`; until then it is not an unhandled rejection.
    underWay.catch(() => {})
  }

  try {
    for await (const piece of body) {
      size += piece.length
      gathered.push(piece)
      waiting += piece.length
      total.bytes += piece.length
      if (waiting >= writeSize || total.bytes > gatherLimit) await flush()
    }
    await flush()
  } finally {
    total.bytes -= waiting
    await underWay
  }
  return size
}
