import { nearest } from './nearest.ts'
import { refusedKeys } from './refused-keys.ts'
import { type KnownKey, walkKeys } from './schema/known-keys.ts'
import { placeOf, type Tree } from './tree.ts'
import { fileEnding, withoutFileEnding } from './variable-name.ts'

/** Names lead into sections and maps, numbers into lists. */
export type KeyPath = readonly (string | number)[]

/**
 * The key's path that a variable names, `REGISTRY_` taken off: `HTTP_DEBUG_ADDR` is `http.debug.addr`.
 *
 * Distribution's own names, where they differ, have become those of the keys before (`keyName`).
 * A number leads into a list, at most to the place behind its last element.
 *
 * @param root what has been read so far: names in maps keep the spelling that they have there
 * @returns `undefined` if there is no such key
 */
export function findVariablePath(name: string, known: KnownKey, root: Tree): KeyPath | undefined {
  return find(name.split('_'), known, [], root)
}

function find(parts: readonly string[], known: KnownKey, path: KeyPath, root: Tree): KeyPath | undefined {
  const [part = '', ...rest] = parts
  if (parts.length === 0) return path
  switch (known.kind) {
    case 'section':
      for (const [name, child] of known.keys) if (name.toUpperCase() === part) return find(rest, child, [...path, name], root)
      return undefined
    case 'map': {
      // A number with the ending of files behind it is no part of any name: one value of the list is in a file.
      if (known.item.kind === 'list' && /_\d+_FILE$/.test(parts.join('_'))) return undefined
      // A value that is a list may have a number behind the name; all else belongs to the name.
      const numbered = known.item.kind === 'list' && rest.length > 0 && /^\d+$/.test(parts.at(-1) ?? '')
      const name = parts.slice(0, numbered ? -1 : undefined).join('_')
      if (name === '') return undefined
      return find(numbered ? parts.slice(-1) : [], known.item, [...path, spelling(name, path, root)], root)
    }
    case 'list': {
      const { tree } = placeOf(root, path)
      const length = tree?.kind === 'list' ? tree.items.length : 0
      if (!/^\d{1,4}$/.test(part) || Number(part) > length) return undefined
      return find(rest, known.item, [...path, Number(part)], root)
    }
    case 'scalar':
      return undefined
  }
}

/**
 * A name that the file has already, in its spelling there, whose dashes may be underscores in a variable; otherwise as written, and in small letters if
 * it is all capitals (Distribution's way).
 */
function spelling(name: string, path: KeyPath, root: Tree): string {
  const { tree } = placeOf(root, path)
  const known = tree?.kind === 'mapping' ? [...tree.entries.keys()] : []
  const dashless = (other: string) => other.toUpperCase().replaceAll('-', '_')
  return (
    known.find(other => other.toUpperCase() === name.toUpperCase()) ??
    known.find(other => dashless(other) === dashless(name)) ??
    (name === name.toUpperCase() ? name.toLowerCase() : name)
  )
}

/** The variable that was most likely meant by one that names no key; both without `REGISTRY_`. */
export function nearestVariable(name: string, known: KnownKey): string | undefined {
  const paths = [...[...walkKeys(known)].map(([path]) => path.join('.')), ...refusedKeys.map(key => key.path)]
  const names = paths.map(path => path.replaceAll('.', '_').toUpperCase())
  const whole = nearest(name, ['CONFIGURATION', 'CONFIGURATION_PATH', ...names])
  if (whole !== undefined || !name.endsWith(fileEnding)) return whole
  const value = nearest(withoutFileEnding(name), names)
  return value === undefined ? undefined : value + fileEnding
}
