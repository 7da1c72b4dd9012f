import type { Key, StorageDriver } from '../storage/driver.ts'
import type { PurgeOptions } from './purge-uploads.ts'

/**
 * Takes away what crashes left behind among the driver's temporary objects. A scratch object is of use for as long as its upload is, which
 * `storage.maintenance.uploadpurging.age` says.
 *
 * @returns the keys that went, or would go
 */
export async function purgeLeftovers(driver: StorageDriver, { olderThan, dryRun, signal }: PurgeOptions): Promise<Key[]> {
  const purged: Key[] = []
  for (const prefix of driver.passing ?? []) {
    for await (const { objects } of driver.list(prefix, { signal })) {
      const old = objects.filter(({ modified }) => modified <= olderThan).map(({ key }) => key)
      if (old.length > 0 && !dryRun) await driver.delete(old, { signal })
      purged.push(...old)
    }
  }
  return purged
}
