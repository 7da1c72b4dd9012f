import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { filesystemDriver } from '../../../registry-app/src/storage/filesystem/driver.ts'
import { counter } from './counter.ts'

/** An empty folder, gone when the test is. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A driver over a folder. Names differ from those of every other driver in this process, as they would from those of another process. */
export const driverOver = (rootdirectory: string, now = () => new Date(), pageSize?: number) =>
  filesystemDriver({ rootdirectory, randomName: counter('incoming'), now, pageSize })
