import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTheEnd } from './at-the-end.ts'

/** A new folder that goes when the tests of the file have run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bucket-registry-e2e-'))
  atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
