import { join } from 'node:path'
import type { Key } from '../driver.ts'
import { isAbsent, readdir } from './calls.ts'
import { socketName } from './collector-socket.ts'
import { incomingFolder, isPrintable } from './keys.ts'

/** A file's key, or a folded prefix, which ends with the delimiter. */
export type Entry = { key: Key; folded: boolean }

/**
 * Walks the files below `prefix` in byte order of their keys, as a bucket would list them.
 *
 * A folder sorts as its name with a slash, so `v1-x/…` comes before `v1/…`, as in S3. With `/`, a folder is a prefix without a look inside:
 * empty ones do not stay, since whoever deletes the last object prunes them.
 */
export async function* walk(root: string, prefix: Key, delimiter: '/' | '/_' | undefined, startAfter: Key): AsyncGenerator<Entry> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  for (const name of await sortedNames(root, folder)) {
    const key = folder + name
    const isFolder = name.endsWith('/')
    if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) continue
    // All below a folder starts with its key: a whole folder lies before `startAfter` unless it leads there.
    if (key <= startAfter && !(isFolder && startAfter.startsWith(key))) continue
    if (!isFolder) {
      if (key > startAfter) yield { key, folded: false }
    } else if (delimiter === '/') {
      if (key > startAfter) yield { key, folded: true }
    } else {
      yield* delimiter === '/_' ? repositories(root, key, startAfter) : walk(root, key, undefined, startAfter)
    }
  }
}

/** Below a folder, with the delimiter `/_`: the folder's own entries that start with `_` fold into one name. */
async function* repositories(root: string, folder: Key, startAfter: Key): AsyncGenerator<Entry> {
  let folded = false
  for (const name of await sortedNames(root, folder)) {
    const key = folder + name
    if (name.startsWith('_')) {
      if (!folded && `${folder}_` > startAfter) yield { key: `${folder}_`, folded: true }
      folded = true
    } else if (name.endsWith('/')) {
      if (key > startAfter || startAfter.startsWith(key)) yield* repositories(root, key, startAfter)
    } else if (key > startAfter) {
      yield { key, folded: false }
    }
  }
}

async function sortedNames(root: string, folder: Key): Promise<string[]> {
  try {
    const entries = await readdir(join(root, folder))
    const names = entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    // What no key could name is somebody else's.
    return names.filter(name => isPrintable(name) && (folder !== '' || (name !== `${incomingFolder}/` && name !== socketName))).sort()
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}
