import type { Fields } from '../ops/log-format.ts'

export interface RemovedByRule {
  readonly name: string
  readonly tag: string
  readonly digest: string
  readonly reason: string
}

/** A line for each tag that retention has removed, and why. */
export function retentionAudit(write: (message: string, fields: Fields) => void, { name, tag, digest, reason }: RemovedByRule): void {
  write('audit', {
    'audit.action': 'retention',
    'audit.object': 'tag',
    'audit.repository': name,
    'audit.tag': tag,
    'audit.digest': digest,
    'audit.reason': reason,
  })
}

/** A line for each tag, or manifest without one, that was restored. */
export function restoreAudit(
  write: (message: string, fields: Fields) => void,
  { name, tags, digest }: { readonly name: string; readonly tags: readonly string[]; readonly digest: string },
): void {
  for (const tag of tags.length > 0 ? tags : [undefined]) {
    write('audit', {
      'audit.action': 'restore',
      'audit.object': tag === undefined ? 'manifest' : 'tag',
      'audit.repository': name,
      'audit.tag': tag,
      'audit.digest': digest,
    })
  }
}
