/** Where something is written. */
export interface Place {
  /** A file's name, or an environment variable's. */
  readonly source: string
  /** Counted from 1; absent for variables, whose values are short. */
  readonly line?: number
  readonly column?: number
}

export interface Scalar {
  readonly kind: 'scalar'
  readonly place: Place
  /** As YAML 1.1 resolves it: `no` is false, `0x10` is 16, `~` is null. */
  readonly value: string | number | boolean | null
  /** The letters themselves, without quotes. */
  readonly text: string
  /** Came from a file of its own, as secrets do: never to be shown. */
  readonly concealed?: true
}

export interface List {
  readonly kind: 'list'
  readonly place: Place
  readonly items: Tree[]
}

export interface Mapping {
  readonly kind: 'mapping'
  readonly place: Place
  readonly entries: Map<string, Entry>
}

export interface Entry {
  /** Where the key stands; the value's own place is its own. */
  readonly place: Place
  readonly tree: Tree
}

/** What was written, with the place of everything: the file, with the variables laid over it, before it is checked. */
export type Tree = Scalar | List | Mapping

export function emptyMapping(place: Place): Mapping {
  return { kind: 'mapping', place, entries: new Map() }
}

/** YAML's null, in whichever spelling, and nothing at all: Distribution takes such a key as not given, and so do we. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null
}

/** Where a path leads, or, for what is not there, the nearest place on the way. */
export function placeOf(root: Tree, path: readonly PropertyKey[]): { place: Place; tree?: Tree } {
  let here = root
  for (const step of path) {
    const next =
      here.kind === 'mapping' ? here.entries.get(String(step))?.tree : here.kind === 'list' ? here.items[Number(step)] : undefined
    if (next === undefined) return { place: here.place }
    here = next
  }
  return { place: here.place, tree: here }
}
