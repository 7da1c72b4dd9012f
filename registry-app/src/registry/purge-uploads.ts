import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { inLexicalOrder } from './lexical-order.ts'
import type { Name } from './name.ts'
import { repositoriesPath, uploadsPath } from './paths.ts'

export interface PurgeOptions extends CallOptions {
  /** Uploads that have received nothing since are taken away. */
  olderThan: Date
  /** Only say what would go. */
  dryRun: boolean
}

/**
 * Takes away what uploads left behind that were never closed (`storage.maintenance.uploadpurging`), Distribution's as well.
 *
 * @returns the folders of the uploads that went, or would go
 */
export async function purgeUploads(driver: StorageDriver, { olderThan, dryRun, signal }: PurgeOptions): Promise<Key[]> {
  const purged: Key[] = []
  for await (const name of inLexicalOrder(driver, { prefix: repositoriesPath, delimiter: '/_', last: '' }, { signal })) {
    // A name as the storage has it: should somebody have put a folder there that is no repository, then it has no uploads.
    for await (const page of driver.list(uploadsPath(name as Name), { signal, delimiter: '/' })) {
      for (const folder of page.prefixes) {
        const keys = await abandoned(driver, folder, olderThan, signal)
        if (keys.length === 0) continue
        if (!dryRun) await driver.delete(keys, { signal })
        purged.push(folder)
      }
    }
  }
  return purged
}

/** All keys of an upload, if none of them is young. */
async function abandoned(driver: StorageDriver, folder: Key, olderThan: Date, signal: AbortSignal | undefined): Promise<Key[]> {
  const keys: Key[] = []
  for await (const { objects } of driver.list(folder, { signal })) {
    if (objects.some(({ modified }) => modified > olderThan)) return []
    keys.push(...objects.map(({ key }) => key))
  }
  return keys
}
