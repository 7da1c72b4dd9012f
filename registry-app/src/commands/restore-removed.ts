import { inParallel } from '../concurrency/in-parallel.ts'
import { restoreAudit } from '../events/retention-audit.ts'
import { formatBytes } from '../registry/format-bytes.ts'
import { type Name, parseName, parseReference, parseTag, type Reference } from '../registry/name.ts'
import { byClient, type Removed } from '../registry/removed-tags.ts'
import type { Undo } from '../registry/undo.ts'
import { type KnownFacts, manifestFacts } from '../ui/manifest-facts.ts'
import { ownSize } from '../ui/own-size.ts'
import { openRegistry } from '../wiring/open-registry.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'
import { CommandRefused, type OpenedForCommand, openStorageForCommand } from './open-for-command.ts'

export interface RestoreOptions {
  /** `REPOSITORY:TAG`, `REPOSITORY@DIGEST`, or a repository. */
  reference: string | undefined
  list: boolean
  /** Another tag. */
  as: string | undefined
  print: (line: string) => void
}

interface Meant {
  readonly name: Name
  /** Absent: the whole repository. */
  readonly reference?: Reference
}

/**
 * `restore`: lists what was removed, or brings it back, beside a registry that serves.
 *
 * @returns whether all of it is there again
 */
export async function restoreRemoved(source: ConfigSource, { reference, list, as, print }: RestoreOptions): Promise<boolean> {
  const { config } = loadFrom(source)
  if (!list && reference === undefined)
    throw new CommandRefused('what is to be restored? REPOSITORY:TAG, REPOSITORY@DIGEST or REPOSITORY; --list shows what can be')
  const meant = reference === undefined ? undefined : parse(reference)
  const opened = await openStorageForCommand(config, source.environment, { writes: !list, what: 'restore' })
  try {
    const { undo } = openRegistry(config, { ...opened, secret: 'no upload is begun here' })
    if (list || !meant) {
      await listRemoved(undo, meant?.name, manifestFacts(opened.driver), print)
      return true
    }
    if (meant.reference) {
      await restoreOne(undo, { ...meant, reference: meant.reference, as }, opened, print)
      return true
    }
    if (as !== undefined) throw new CommandRefused(`--as is for one tag, and ${reference} is a whole repository`)
    return await restoreAll(undo, meant.name, opened, print)
  } finally {
    opened.end()
  }
}

const breadth = 16

async function listRemoved(undo: Undo, name: Name | undefined, facts: KnownFacts, print: (line: string) => void) {
  const removed = await undo.list(name)
  // Under its canonical digest it is found without its link, which is gone.
  const sizes = await inParallel(removed, breadth, async each => ownSize(await facts.read(each.name, each.canonical)))
  for (const [index, each] of removed.entries()) print(lineOf(each, sizes[index]))
  if (removed.length === 0) print('nothing was removed that could be restored')
}

async function restoreOne(
  undo: Undo,
  { name, reference, as }: Required<Meant> & { as: string | undefined },
  { audit }: OpenedForCommand,
  print: (line: string) => void,
) {
  const { digest, tags, others } = await undo.restore(name, reference, { as: as === undefined ? undefined : parseTag(as) })
  if (audit) restoreAudit(audit.info, { name, tags, digest })
  for (const tag of tags) print(`${name}:${tag} is there again: ${digest}`)
  if (tags.length === 0) print(`${name}@${digest} is there again`)
  for (const other of others) {
    if (audit) restoreAudit(audit.info, { name, tags: [], digest: other })
    print(`${name}@${other} is there again with it`)
  }
}

async function restoreAll(undo: Undo, name: Name, { audit }: OpenedForCommand, print: (line: string) => void): Promise<boolean> {
  const { manifests, failed } = await undo.restoreRepository(name)
  let count = 0
  for (const { digest, tags } of manifests) {
    if (audit) restoreAudit(audit.info, { name, tags, digest })
    for (const tag of tags) print(`${name}:${tag} is there again: ${digest}`)
    count += tags.length
  }
  for (const { digest, tags, reason } of failed)
    for (const tag of tags.length > 0 ? tags : [undefined]) print(`${imageOf(name, tag, digest)} could not be restored: ${reason}`)
  const sum = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
  print(`${name}: ${sum(count, 'tag')} and ${sum(manifests.length, 'manifest')} restored, ${failed.length} not`)
  return failed.length === 0
}

/** A colon after the last slash begins a tag, and an at sign a digest. */
function parse(text: string): Meant {
  const at = text.indexOf('@')
  const end = at >= 0 ? at : text.indexOf(':', text.lastIndexOf('/') + 1)
  if (end < 0) return { name: parseName(text) }
  return { name: parseName(text.slice(0, end)), reference: parseReference(text.slice(end + 1)) }
}

const imageOf = (name: Name, tag: string | undefined, digest: string) => `${name}${tag === undefined ? '' : `:${tag}`}@${digest}`

const lineOf = ({ name, tag, digest, removed, until, ...why }: Removed, size: number | undefined) =>
  `${imageOf(name, tag, digest)} removed ${timeOf(removed)}, until ${timeOf(until)}${size === undefined ? '' : `, ${formatBytes(size)}`}: ${whyOf(why)}`

const whyOf = ({ reason, by, whole }: Pick<Removed, 'reason' | 'by' | 'whole'>) =>
  `${reason === byClient && by !== undefined ? `deleted by ${by}` : reason}${whole ? ', with its repository' : ''}`

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).concat('Z')
