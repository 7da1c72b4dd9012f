import type { Name } from '../../../registry-app/src/registry/name.ts'
import { type Removed, removedTags } from '../../../registry-app/src/registry/removed-tags.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { all } from './bytes.ts'

/** Every record of what was removed, of one repository or of all. */
export async function removedIn(driver: StorageDriver, name?: Name): Promise<Removed[]> {
  const records = removedTags(driver)
  return records.read(await all(records.keys(name)))
}
