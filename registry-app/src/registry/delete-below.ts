import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'

/** Deletes every object whose key begins with `prefix`, a page of the listing at a time. */
export async function deleteBelow(driver: StorageDriver, prefix: Key, options?: CallOptions): Promise<void> {
  for await (const { objects } of driver.list(prefix, options)) {
    await driver.delete(
      objects.map(({ key }) => key),
      options,
    )
  }
}
