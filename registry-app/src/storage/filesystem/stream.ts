import { close, fdatasync, read, write } from './calls.ts'

/** How much is read at once. Two buffers of this size serve one download, however large. */
const readSize = 512 * 1024

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

/** So much lies in the kernel's memory before the disk is asked to take it. Bytes. */
const writeBehind = 8 * 1024 * 1024

/**
 * Writes all of `body` to the file, each piece before the next is asked for. @returns the number of bytes
 *
 * The disk takes in what has come while more is coming: the caller's fsync then waits for the rest of it, not for the whole.
 */
export async function writeStream(fd: number, body: AsyncIterable<Uint8Array>, flush = fdatasync): Promise<number> {
  let size = 0
  let asked = 0
  let behind: Promise<void> | undefined
  let failure: unknown
  try {
    for await (const piece of body) {
      await write(fd, piece)
      size += piece.length
      if (behind || size - asked < writeBehind) continue
      asked = size
      behind = flush(fd)
        .catch(error => {
          failure ??= error
        })
        .finally(() => {
          behind = undefined
        })
    }
  } finally {
    // The descriptor must not be closed, and given to another file, under a call.
    await behind
  }
  // The kernel tells of a failure once: the fsync that follows would find nothing wrong.
  if (failure) throw failure
  return size
}
