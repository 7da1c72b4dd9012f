import { emptyMapping, type Mapping } from './tree.ts'

/** `storage: inmemory` is a driver without parameters (Distribution's `Storage.UnmarshalYAML`). */
export function expandStorageName(root: Mapping): void {
  const storage = root.entries.get('storage')
  if (storage?.tree.kind !== 'scalar' || typeof storage.tree.value !== 'string') return
  const { place, text } = storage.tree
  root.entries.set('storage', { place, tree: { kind: 'mapping', place, entries: new Map([[text, { place, tree: emptyMapping(place) }]]) } })
}
