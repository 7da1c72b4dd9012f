import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTheEnd } from './at-the-end.ts'

/** A new folder that goes when the tests of the file have run. @param parent where it is made */
export async function temporaryFolder(parent: string = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'bucket-registry-e2e-'))
  atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** The same in memory, where the system offers that: thousands of small files take minutes on some disks, to make and to delete. */
export async function temporaryFolderForManyFiles(): Promise<string> {
  const memory = '/dev/shm'
  const room = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return temporaryFolder(room > 2 ** 28 ? memory : tmpdir())
}
