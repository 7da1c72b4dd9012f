import fs from 'node:fs'
import { close, fstat, isAbsent, open, read } from './calls.ts'

/** A disk that takes longer is not answering from memory. Milliseconds. */
const slow = 5

/** So many reads go through the thread pool after a slow one, before it is tried again. */
const patience = 1000

/**
 * Reads files of a few hundred bytes, links above all: every request reads one.
 *
 * A local file system answers from memory in some 5 µs, the way through the thread pool and back costs twenty times that. So they are read at
 * once, unless that was slow a moment ago, as on a network file system: then through the pool, where it holds up nobody else.
 *
 * @param clock in milliseconds
 */
export function smallFileReader(clock: () => number): (path: string, limit: number) => Promise<Uint8Array | undefined> {
  let throughPool = 0

  return async (path, limit) => {
    try {
      if (throughPool > 0) {
        throughPool -= 1
        return await readInPool(path, limit)
      }
      const started = clock()
      const content = readAtOnce(path, limit)
      if (clock() - started > slow) throughPool = patience
      return content
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }
}

/** One byte more than may be there: whether it comes tells whether the file is too large. */
function readAtOnce(path: string, limit: number): Uint8Array {
  const fd = fs.openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(room(limit, () => fs.fstatSync(fd).size) + 1)
    return checked(path, buffer, fs.readSync(fd, buffer, 0, buffer.length, 0), limit)
  } finally {
    close(fd)
  }
}

async function readInPool(path: string, limit: number): Promise<Uint8Array> {
  const fd = await open(path, 'r')
  try {
    const { size } = await fstat(fd)
    const buffer = Buffer.allocUnsafe(room(limit, () => size) + 1)
    return checked(path, buffer, await read(fd, buffer, 0), limit)
  } finally {
    close(fd)
  }
}

/** Links are smaller than a page: no question for the size before. */
const room = (limit: number, size: () => number) => (limit <= 4096 ? limit : Math.min(limit, size()))

function checked(path: string, buffer: Buffer, count: number, limit: number): Uint8Array {
  if (count > limit) throw new RangeError(`${path} has more bytes than the ${limit} that it may have`)
  return buffer.subarray(0, count)
}
