import { mkdir } from 'node:fs/promises'
import type { Storage } from './storage.ts'

export async function openFilesystemStorage(folder: string): Promise<Storage> {
  await mkdir(folder, { recursive: true })
  return { config: { filesystem: { rootdirectory: folder } }, pids: [], requests: async () => undefined, close: async () => {} }
}
