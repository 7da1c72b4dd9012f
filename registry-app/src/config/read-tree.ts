import type { Complaint } from './complaint.ts'
import { nearest } from './nearest.ts'
import { refusedKeys } from './refused-keys.ts'
import { type KnownKey, walkKeys } from './schema/known-keys.ts'
import { isNull, type Mapping, type Scalar, type Tree } from './tree.ts'

/**
 * Turns what was written into what the schema reads: text where text is wanted, absent where nothing was given, and without the keys
 * that are refused or unknown, each of which becomes a complaint. Values of a wrong type are left to the schema.
 */
export function readTree(tree: Tree, root: KnownKey, complaints: Complaint[]): unknown {
  return new TreeReader(root, complaints).read(tree, root, [])
}

class TreeReader {
  readonly #root: KnownKey
  readonly #complaints: Complaint[]

  constructor(root: KnownKey, complaints: Complaint[]) {
    this.#root = root
    this.#complaints = complaints
  }

  read(tree: Tree, known: KnownKey, path: readonly string[]): unknown {
    switch (tree.kind) {
      case 'scalar':
        if (isNull(tree)) return known.kind === 'scalar' || known.kind === 'list' ? undefined : empty()
        return known.kind === 'scalar' ? scalarFor(known, tree) : tree.value
      case 'list':
        return tree.items.map((item, index) => this.read(item, known.kind === 'list' ? known.item : anything, [...path, String(index)]))
      case 'mapping':
        return this.#mapping(tree, known, path)
    }
  }

  #mapping(tree: Mapping, known: KnownKey, path: readonly string[]): unknown {
    const section = empty()
    for (const [name, entry] of tree.entries) {
      const child = known.kind === 'section' ? known.keys.get(name) : known.kind === 'map' ? known.item : anything
      const childPath = [...path, name]
      if (child !== undefined) {
        const value = this.read(entry.tree, child, childPath)
        if (value !== undefined) section[name] = value
        continue
      }
      const refused = refusedKeys.find(key => key.path === childPath.join('.'))
      if (refused && isNull(entry.tree)) continue
      const message = refused?.reason ?? `unknown key; ${this.#advice(name, known, path)}`
      this.#complaints.push({ ...entry.place, path: childPath.join('.'), message })
    }
    return section
  }

  #advice(name: string, known: KnownKey, path: readonly string[]): string {
    const here = known.kind === 'section' ? [...known.keys.keys()] : []
    const prefix = path.map(step => `${step}.`).join('')
    const refusedHere = refusedKeys
      .filter(key => key.path.startsWith(prefix))
      .map(key => key.path.slice(prefix.length))
      .filter(rest => !rest.includes('.'))
    const meant = nearest(name, [...here, ...refusedHere])
    if (meant !== undefined) return `did you mean ${meant}?`
    // A key that slipped into the wrong section, most often by its indentation.
    for (const [elsewhere] of walkKeys(this.#root)) if (elsewhere.at(-1) === name) return `did you mean ${elsewhere.join('.')}?`
    return here.length > 0 ? `the keys here are ${here.join(', ')}` : 'this section has no keys'
  }
}

const anything: KnownKey = { kind: 'scalar', scalar: 'any' }

function scalarFor(known: KnownKey, { value, text }: Scalar): unknown {
  if (known.scalar === 'text') return text
  // A number in quotes is meant as one; Distribution reads several of its own so.
  if (known.scalar === 'whole' && typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  return value
}

/** Without a prototype: no name in a file can be a name of `Object.prototype`. */
function empty(): Record<string, unknown> {
  return Object.create(null)
}
