import type { Complaint } from './complaint.ts'
import { storageDrivers, storageOptions } from './schema/storage.ts'
import { isNull, type Tree } from './tree.ts'

/** Distribution's rule: exactly one key of `storage` names a driver, counting those that are refused by name. */
export function checkStorage(root: Tree): Complaint[] {
  const storage = root.kind === 'mapping' ? root.entries.get('storage') : undefined
  if (storage === undefined || isNull(storage.tree)) {
    const place = storage?.place ?? root.place
    return [{ ...place, path: 'storage', message: `is missing: the registry must know where to keep images; ${example}` }]
  }
  // Anything but a section is left to the schema.
  if (storage.tree.kind !== 'mapping') return []
  const drivers = [...storage.tree.entries].filter(([name]) => !storageOptions.has(name))
  if (drivers.length === 0) return [{ ...storage.place, path: 'storage', message: `names no driver; ${example}` }]
  const known = drivers.filter(([name]) => storageDrivers.some(driver => driver === name))
  if (drivers.length === 1 || known.length === 0) return []
  const named = drivers.map(([name, { place }]) => `${name} (${place.line === undefined ? place.source : `${place.source}:${place.line}`})`)
  const second = drivers[1]?.[1].place ?? storage.place
  const advice =
    'leave one; a variable REGISTRY_STORAGE that names a driver, such as REGISTRY_STORAGE=inmemory, replaces what the file says'
  return [{ ...second, path: 'storage', message: `names ${drivers.length} drivers, ${named.join(' and ')}: ${advice}` }]
}

const example = `write, for example:
    storage:
      filesystem:
        rootdirectory: ./data`
