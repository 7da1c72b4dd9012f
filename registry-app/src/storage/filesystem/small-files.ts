import fs from 'node:fs'
import { atOnce } from './at-once.ts'
import { close, fstat, isAbsent, open, read } from './calls.ts'

/** Reads a file of a few hundred bytes, such as a link: every request reads one. `undefined` if it is not there. */
export async function readSmall(path: string, limit: number): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path, limit)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

const readFile = atOnce(readDirectly, readInPool)

function readDirectly(path: string, limit: number): Uint8Array {
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

/** Links are smaller than a page: no question for the size before. One byte more than may be there tells whether the file is too large. */
const room = (limit: number, size: () => number) => (limit <= 4096 ? limit : Math.min(limit, size()))

function checked(path: string, buffer: Buffer, count: number, limit: number): Uint8Array {
  if (count > limit) throw new RangeError(`${path} has more bytes than the ${limit} that it may have`)
  return buffer.subarray(0, count)
}
