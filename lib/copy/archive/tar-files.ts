import { open } from 'node:fs/promises'
import type { LayoutFiles } from '../layout/files.ts'
import { rangeOf } from '../layout/folder.ts'
import { readTarIndex } from './tar-index.ts'

/** The files in a tar archive, read where they lie. @throws Error that says what is wrong with it */
export async function tarFiles(file: string): Promise<LayoutFiles> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const readAt = async (start: number, length: number) => {
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await handle.read(buffer, 0, length, start)
      return buffer.subarray(0, bytesRead)
    }
    const { find } = await readTarIndex(readAt, size)
    return {
      title: file,
      sizeOf: async path => find(path)?.size,
      async read(path, limit) {
        const entry = find(path)
        if (entry && entry.size > limit) throw new Error(`${path} in ${file} is larger than ${limit} bytes`)
        return entry && readAt(entry.start, entry.size)
      },
      async *stream(path) {
        const entry = find(path)
        if (!entry) throw new Error(`${file} has no ${path} in it`)
        yield* rangeOf(file, entry.start, entry.size)
      },
      close: () => handle.close(),
    }
  } catch (cause) {
    await handle.close()
    const gzipped = (await isGzip(file)) ? ': it is compressed; gunzip it first' : ''
    throw new Error(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}${gzipped}`, { cause })
  }
}

async function isGzip(file: string): Promise<boolean> {
  for await (const piece of rangeOf(file, 0, 2)) return piece[0] === 0x1f && piece[1] === 0x8b
  return false
}
