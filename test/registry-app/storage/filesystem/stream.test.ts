import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeStream } from '../../../../registry-app/src/storage/filesystem/stream.ts'
import { content, MiB, pieces } from '../../support/bytes.ts'
import { temporaryFolder } from '../../support/folder.ts'

async function written(size: number, flush: () => Promise<void>): Promise<Buffer> {
  const path = join(await temporaryFolder(), 'file')
  const file = await open(path, 'w')
  try {
    expect(await writeStream(file.fd, pieces(content(size)), flush)).toBe(size)
  } finally {
    await file.close()
  }
  return readFile(path)
}

test('the disk is asked for a large body while more of it comes, and not for a small one', async () => {
  let asked = 0
  const flush = async () => {
    asked += 1
  }
  expect(content(MiB).equals(await written(MiB, flush))).toBe(true)
  expect(asked).toBe(0)
  expect(content(20 * MiB).equals(await written(20 * MiB, flush))).toBe(true)
  expect(asked).toBe(2)
})

test('the disk is asked once at a time, and has answered before the file may be closed', async () => {
  let running = 0
  let most = 0
  const flush = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setTimeout(resolve, 50))
    running -= 1
  }
  await written(40 * MiB, flush)
  expect({ running, most }).toEqual({ running: 0, most: 1 })
})

test('what the disk could not take is told, though it was asked only once and the rest went well', async () => {
  let asked = 0
  const flush = async () => {
    asked += 1
    if (asked === 1) throw new Error('EIO: i/o error, fdatasync')
  }
  await expect(written(40 * MiB, flush)).rejects.toThrow('EIO')
  expect(asked).toBeGreaterThan(1)
})
