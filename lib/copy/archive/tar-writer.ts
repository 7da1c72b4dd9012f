import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { queue } from '../../../registry-app/src/concurrency/queue.ts'
import type { LayoutWriter } from '../layout/files.ts'

const block = 512
/** What fits eleven octal digits. */
const largestPlain = 0o77777777777

/**
 * Writes a tar archive, one file after the other, however many are brought at once. It appears when it is finished; what was there before is there until
 * then.
 */
export async function tarWriter(file: string): Promise<LayoutWriter> {
  const beside = `${file}.part`
  const handle = await open(beside, 'w+')
  const turn = queue(1)
  const written = new Map<string, { start: number; size: number }>()
  let at = 0

  return {
    title: file,
    sizeOf: async path => written.get(path)?.size,
    async read(path, limit) {
      const entry = written.get(path)
      if (!entry) return undefined
      if (entry.size > limit) throw new Error(`${path} in ${file} is larger than ${limit} bytes`)
      const buffer = Buffer.alloc(entry.size)
      await handle.read(buffer, 0, entry.size, entry.start)
      return buffer
    },

    async write(path, size, body) {
      await turn.enter(1)
      try {
        if (written.has(path)) return
        const start = at + block
        let end = start
        for await (const piece of body()) {
          await writeAt(handle, piece, end)
          end += piece.length
        }
        if (end - start !== size) throw new Error(`${path} has ${end - start} bytes, and was to have ${size}`)
        // The header comes last: what was cut off before is written over by the next file.
        await writeAt(handle, header(path, size), at)
        const padding = (block - (size % block)) % block
        await writeAt(handle, Buffer.alloc(padding), end)
        written.set(path, { start, size })
        at = end + padding
      } finally {
        turn.leave(1)
      }
    },

    async finish() {
      await handle.truncate(at)
      await writeAt(handle, Buffer.alloc(2 * block), at)
      await handle.sync()
      await handle.close()
      await rename(beside, file)
    },

    async abandon() {
      await handle.close().catch(() => {})
      await rm(beside, { force: true })
    },
  }
}

async function writeAt(handle: FileHandle, content: Uint8Array, start: number): Promise<void> {
  for (let done = 0; done < content.length; ) {
    const { bytesWritten } = await handle.write(content, done, content.length - done, start + done)
    done += bytesWritten
  }
}

/** POSIX.1-2017, `ustar`. The names of layouts are short. Always the same bytes for the same content: no time, no owner. */
function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long a name for an archive`)
  const bytes = Buffer.alloc(block)
  const field = (text: string, start: number) => bytes.write(text, start, 'latin1')
  field(path, 0)
  field('0000644\0', 100)
  field('0000000\0', 108)
  field('0000000\0', 116)
  if (size <= largestPlain) field(`${size.toString(8).padStart(11, '0')}\0`, 124)
  else {
    // As GNU writes it, and all read it.
    bytes[124] = 0x80
    bytes.writeBigUInt64BE(BigInt(size), 128)
  }
  field('00000000000\0', 136)
  field('        ', 148)
  field('0', 156)
  field('ustar\x0000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  field(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}
