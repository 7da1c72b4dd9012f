import type { Complaint } from './complaint.ts'
import { storageDrivers, storageOptions } from './schema/storage.ts'
import { isNull, type Place, type Tree } from './tree.ts'

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
  const [first, second, ...more] = drivers.filter(([name]) => storageDrivers.some(driver => driver === name))
  if (first && second) {
    const named = [first, second, ...more].map(([name, { place }]) => `${name} (${formatPlace(place)})`).join(' and ')
    const advice = `leave one; by a variable, REGISTRY_STORAGE=${second[0]} replaces all that the file says of storage`
    return [{ ...second[1].place, path: 'storage', message: `names more than one driver, ${named}: ${advice}` }]
  }
  // What is refused or unknown has its own complaint.
  if (first || drivers.some(([, { tree }]) => !isNull(tree))) return []
  return [{ ...storage.place, path: 'storage', message: `names no driver; ${example}` }]
}

const formatPlace = ({ source, line }: Place) => (line === undefined ? source : `${source}:${line}`)

const example = `write, for example:
    storage:
      filesystem:
        rootdirectory: ./data`
