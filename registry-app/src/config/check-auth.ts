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
 * Distribution's rule: one way at most. And one that is named counts, also where nothing stands behind it: it was meant to keep somebody out. So do keys that
 * are about a way.
 */
export function checkAuth(root: Tree): Complaint[] {
  const auth = root.kind === 'mapping' ? root.entries.get('auth') : undefined
  if (auth?.tree.kind !== 'mapping') return []
  const [first, second] = [...auth.tree.entries].filter(([name]) => !about.includes(name))
  if (second) {
    const names = [...auth.tree.entries.keys()].filter(name => !about.includes(name)).join(' and ')
    return [{ ...second[1].place, path: 'auth', message: `names more than one way, ${names}: leave one` }]
  }
  const given = [...auth.tree.entries].find(([name, { tree }]) => !isNull(tree) && isIdle(name, first?.[0]))
  if (given) {
    const [name, { place }] = given
    return [{ ...place, path: `auth.${name}`, message: 'is about signing in, so auth.local or auth.htpasswd must be there too' }]
  }
  if (!first) return []
  const [name, { tree, place }] = first
  // What stands behind it, and what is unknown, has its own complaint.
  if (!isNull(tree)) return []
  if (name === 'silly')
    return [{ ...place, path: 'auth.silly', message: 'is no way that this version knows; there are none, htpasswd, local and token' }]
  return name === 'token'
    ? [{ ...place, path: 'auth.token', message: 'must say whose tokens are believed: service, issuer and so on' }]
    : []
}

/** They say more of a way, and are none. */
const about: readonly string[] = ['oidc', 'attempts']

/** Whether such a key does nothing beside this way; of how often one may guess, that is said only where somebody may take it for a way. */
const isIdle = (name: string, way: string | undefined) =>
  (name === 'oidc' && way !== 'htpasswd' && way !== 'local') || (name === 'attempts' && way === undefined)
