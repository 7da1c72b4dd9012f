import type { Fields } from '../ops/log-format.ts'

/** A blob that is served no more because it is damaged, or is served again; and the images that it belongs to. */
export interface Quarantined {
  readonly action: 'quarantine' | 'release'
  readonly digest: string
  readonly images: readonly { readonly name: string; readonly digest: string; readonly tags: readonly string[] }[]
}

/** A line for each tag of each image that is hit, and one for a blob that belongs to none. */
export function quarantineAudit(write: (message: string, fields: Fields) => void, { action, digest, images }: Quarantined): void {
  const blob = { 'audit.action': action, 'audit.object': 'blob', 'audit.digest': digest }
  if (images.length === 0) write('audit', blob)
  for (const image of images) {
    for (const tag of image.tags.length > 0 ? image.tags : [undefined])
      write('audit', { ...blob, 'audit.repository': image.name, 'audit.image': image.digest, 'audit.tag': tag })
  }
}
