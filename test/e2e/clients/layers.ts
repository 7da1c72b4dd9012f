import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../support/run.ts'

/** Writes layers of random bytes, one file each. @returns the paths of their archives */
export async function writeLayers(folder: string, sizes: readonly number[]): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    sizes.map(async (size, index) => {
      const archive = join(folder, `layer-${index}.tar`)
      await writeFile(join(folder, `file-${index}`), randomBytes(size))
      await run('tar', ['-C', folder, '-cf', archive, `file-${index}`])
      return archive
    }),
  )
}
