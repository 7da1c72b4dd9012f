import type { Fields } from '../ops/log-format.ts'

/** What garbage collection has freed, by repository. */
export interface Freed {
  readonly repositories: ReadonlyMap<string, { readonly blobs: number; readonly size: number }>
}

/** A line for each repository of which garbage collection has deleted something. */
export function collectionAudit(write: (message: string, fields: Fields) => void, { repositories }: Freed): void {
  for (const [name, { blobs, size }] of repositories) {
    write('audit', {
      'audit.action': 'collect',
      'audit.object': 'blob',
      'audit.repository': name,
      'audit.blobs': blobs,
      'audit.size': size,
    })
  }
}
