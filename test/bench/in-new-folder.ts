import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'

/**
 * Calls with a new folder below `dir`, on a disk that owes nothing to what came before. Nothing of it stays, whatever happens, or only until the next call.
 *
 * What one measurement deletes must not slow down the next: ext4 without a journal steps, for minutes, over each inode near by that was deleted. `T`
 * (see chattr(1)) has it place these folders far apart; other file systems do not know it, nor need it.
 */
export async function inNewFolder<Result>(dir: string, use: (folder: string) => Promise<Result>): Promise<Result> {
  const all = join(dir, 'runs')
  await rm(all, { recursive: true, force: true })
  await mkdir(all, { recursive: true })
  await command('chattr', ['+T', all]).catch(() => {})
  await command('sync', [])
  try {
    return await use(await mkdtemp(join(all, 'run-')))
  } finally {
    await rm(all, { recursive: true, force: true })
  }
}
