import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LayoutFiles, LayoutWriter } from './files.ts'

const pieceSize = 256 * 1024

/** A folder's files. Paths come from digests that were checked, and from here; what is in them decides on none. */
export function folderFiles(folder: string): LayoutFiles {
  return {
    title: folder,
    read: (path, limit) => readSmall(join(folder, path), limit),
    sizeOf: path => sizeOf(join(folder, path)),
    async *stream(path) {
      yield* rangeOf(join(folder, path), 0, Number.POSITIVE_INFINITY)
    },
    close: async () => {},
  }
}

/** A folder to be written into; what it has stays, and is not written again. */
export function folderWriter(folder: string): LayoutWriter {
  return {
    title: folder,
    read: (path, limit) => readSmall(join(folder, path), limit),
    sizeOf: path => sizeOf(join(folder, path)),

    async write(path, _, body) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      // Nobody shall take a half for the whole.
      const beside = `${file}.${randomUUID()}.part`
      try {
        const handle = await open(beside, 'wx')
        try {
          for await (const piece of body()) await handle.writeFile(piece)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(beside, file)
      } catch (error) {
        await rm(beside, { force: true })
        throw error
      }
    },

    finish: async () => {},
    abandon: async () => {},
  }
}

/** @param start bytes @param length bytes at most */
export async function* rangeOf(file: string, start: number, length: number): AsyncGenerator<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    let at = start
    const end = start + length
    while (at < end) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, end - at))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

const unlessMissing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(unlessMissing)
  return found?.isFile() ? found.size : undefined
}

async function readSmall(file: string, limit: number): Promise<Buffer | undefined> {
  const size = await sizeOf(file)
  if (size === undefined) return undefined
  if (size > limit) throw new Error(`${file} is larger than ${limit} bytes`)
  return readFile(file)
}
