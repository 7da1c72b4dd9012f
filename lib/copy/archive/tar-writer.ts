import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { queue } from '../../../registry-app/src/concurrency/queue.ts'
import { tarBlock, tarHeader, tarPadding } from '../../tar/tar-header.ts'
import type { LayoutWriter } from '../layout/files.ts'

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
        const start = at + tarBlock
        let end = start
        for await (const piece of body()) {
          await writeAt(handle, piece, end)
          end += piece.length
        }
        if (end - start !== size) throw new Error(`${path} has ${end - start} bytes, and was to have ${size}`)
        // The header comes last: what was cut off before is written over by the next file.
        await writeAt(handle, tarHeader({ path, mode: 0o644, owner: 0 }, size), at)
        const padding = tarPadding(size)
        await writeAt(handle, padding, end)
        written.set(path, { start, size })
        at = end + padding.length
      } finally {
        turn.leave(1)
      }
    },

    async finish() {
      await handle.truncate(at)
      await writeAt(handle, Buffer.alloc(2 * tarBlock), at)
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
