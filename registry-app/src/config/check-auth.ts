import type { Complaint } from './complaint.ts'
import { emptyMapping, isNull, type Mapping, type Tree } from './tree.ts'

/** `auth: htpasswd`, `auth: local` and `auth: none` are ways without parameters (Distribution's `Auth.UnmarshalYAML`). */
export function expandAuthName(root: Mapping): void {
  const auth = root.entries.get('auth')
  if (auth?.tree.kind !== 'scalar' || typeof auth.tree.value !== 'string') return
  const { place, text } = auth.tree
  root.entries.set('auth', { place, tree: { kind: 'mapping', place, entries: new Map([[text, { place, tree: emptyMapping(place) }]]) } })
}

/**
 * Distribution's rule: one way at most. And one that is named counts, also where nothing stands behind it: it was meant to keep somebody out.
 */
export function checkAuth(root: Tree): Complaint[] {
  const auth = root.kind === 'mapping' ? root.entries.get('auth') : undefined
  if (auth?.tree.kind !== 'mapping') return []
  const [first, second] = auth.tree.entries
  if (!first) return []
  if (second) {
    const names = [...auth.tree.entries.keys()].join(' and ')
    return [{ ...second[1].place, path: 'auth', message: `names more than one way, ${names}: leave one` }]
  }
  const [name, { tree, place }] = first
  // What stands behind it, and what is unknown, has its own complaint.
  if (!others.includes(name) || !isNull(tree)) return []
  return [{ ...place, path: `auth.${name}`, message: 'is no way that this version knows; there are none, htpasswd and local' }]
}

/** Distribution's, which are refused. */
const others: readonly string[] = ['silly', 'token']
