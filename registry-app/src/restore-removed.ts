import { type ConfigSource, loadFrom } from './config-source.ts'
import { restoreAudit } from './events/retention-audit.ts'
import { CommandRefused, openStorageForCommand } from './open-for-command.ts'
import { openRegistry } from './open-registry.ts'
import { type Name, parseName, parseReference, parseTag, type Reference } from './registry/name.ts'
import type { Removed } from './registry/removed-tags.ts'

export interface RestoreOptions {
  /** `REPOSITORY:TAG` or `REPOSITORY@DIGEST`; with `list`, also a repository. */
  reference: string | undefined
  list: boolean
  /** Another tag. */
  as: string | undefined
  print: (line: string) => void
}

/** `restore`: lists what was removed, or brings it back, beside a registry that serves. */
export async function restoreRemoved(source: ConfigSource, { reference, list, as, print }: RestoreOptions): Promise<void> {
  const { config } = loadFrom(source)
  if (!list && reference === undefined)
    throw new CommandRefused('what is to be restored? REPOSITORY:TAG or REPOSITORY@DIGEST; --list shows what can be')
  const meant = reference === undefined ? undefined : parse(reference, list)
  const opened = await openStorageForCommand(config, source.environment, { writes: !list, what: 'restore' })
  try {
    const registry = openRegistry(config, { ...opened, secret: 'no upload is begun here' })
    if (list) {
      const removed = await registry.undo.list(meant?.name)
      for (const each of removed) print(lineOf(each))
      if (removed.length === 0) print('nothing was removed that could be restored')
      return
    }
    if (!meant?.reference) throw new CommandRefused(`${reference} names no tag and no digest: REPOSITORY:TAG or REPOSITORY@DIGEST`)
    const { name } = meant
    const { digest, tags } = await registry.undo.restore(name, meant.reference, { as: as === undefined ? undefined : parseTag(as) })
    if (opened.audit) restoreAudit(opened.audit.info, { name, tags, digest })
    for (const tag of tags) print(`${name}:${tag} is there again: ${digest}`)
    if (tags.length === 0) print(`${name}@${digest} is there again`)
  } finally {
    opened.end()
  }
}

/** A colon after the last slash begins a tag, and an at sign a digest. */
function parse(text: string, mayBeWhole: boolean): { name: Name; reference?: Reference } {
  const at = text.indexOf('@')
  const end = at >= 0 ? at : text.indexOf(':', text.lastIndexOf('/') + 1)
  if (end < 0 && mayBeWhole) return { name: parseName(text) }
  if (end < 0) throw new CommandRefused(`${text} names no tag and no digest: REPOSITORY:TAG or REPOSITORY@DIGEST`)
  return { name: parseName(text.slice(0, end)), reference: parseReference(text.slice(end + 1)) }
}

const lineOf = ({ name, tag, digest, removed, until, reason }: Removed) =>
  `${name}${tag === undefined ? '' : `:${tag}`}@${digest} removed ${timeOf(removed)}, until ${timeOf(until)}: ${reason}`

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).concat('Z')
