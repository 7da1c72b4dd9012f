import { emptyMapping, type Mapping } from './tree.ts'

/** `s3aws` is Distribution's second name of the same driver; where both stand, the complaint is left to whoever reads on. */
export function renameStorageAlias(root: Mapping): void {
  const storage = root.entries.get('storage')
  if (storage?.tree.kind !== 'mapping') return
  const entry = storage.tree.entries.get('s3aws')
  if (!entry || storage.tree.entries.has('s3')) return
  storage.tree.entries.delete('s3aws')
  storage.tree.entries.set('s3', entry)
}

/** `storage: inmemory` is a driver without parameters (Distribution's `Storage.UnmarshalYAML`). */
export function expandStorageName(root: Mapping): void {
  const storage = root.entries.get('storage')
  if (storage?.tree.kind !== 'scalar' || typeof storage.tree.value !== 'string') return
  const { place, text } = storage.tree
  root.entries.set('storage', { place, tree: { kind: 'mapping', place, entries: new Map([[text, { place, tree: emptyMapping(place) }]]) } })
}
