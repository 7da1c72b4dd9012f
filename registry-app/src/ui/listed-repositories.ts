import type { SurveyedRepository } from '../collection/survey.ts'
import type { Activity } from './activity.ts'
import type { Summary } from './summary.ts'

/** A repository as the page lists it. */
export interface ListedRepository {
  readonly name: string
  /** Absent: it is younger than the summary. */
  readonly bytes: number | undefined
  readonly tags: number | undefined
  readonly pushed: number | undefined
}

/** Repositories below one, taken together. */
export interface Folder {
  /** Ends with a slash. */
  readonly folder: string
  readonly repositories: number
  readonly bytes: number
  readonly pushed: number | undefined
}

export type Entry = ListedRepository | Folder

export interface ListingOptions {
  /** Whether whoever asks may see it. */
  sees: (name: string) => boolean
  /** Part of the name. */
  wanted: string
  /** Only what is below; ends with a slash, or is empty. */
  under: string
  /** What is deeper than one level is folded. */
  folded: boolean
  sort: 'name' | 'size' | 'pushed'
}

/** All that there are, with what happened since the summary was made: a repository that is newer, one that is gone. */
export function repositoriesIn(summary: Summary | undefined, changes: ReturnType<Activity['changes']>): readonly ListedRepository[] {
  const since = summary?.at ?? 0
  const younger = new Map([...changes].filter(([, { at }]) => at >= since))
  const known: ListedRepository[] = []
  for (const { name, bytes, tags, manifests, pushed } of summary?.repositories ?? ([] as SurveyedRepository[])) {
    const change = younger.get(name)
    younger.delete(name)
    // Of one that was deleted, and can be restored, the links of its layers are left.
    const isEmpty = tags === 0 && manifests === 0 && change?.what !== 'push' && change?.what !== 'kept'
    if (change?.what !== 'gone' && !isEmpty) known.push({ name, bytes, tags, pushed: change?.what === 'push' ? change.at : pushed })
  }
  const added = [...younger].filter(([, { what }]) => what === 'push' || what === 'kept')
  if (added.length === 0) return known
  const fresh = added.map(([name, { at }]) => ({ name, bytes: undefined, tags: undefined, pushed: at }))
  return [...known, ...fresh].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The smallest, or the oldest, first; folders and repositories are sorted alike. */
export function listRepositories(all: readonly ListedRepository[], { sees, wanted, under, folded, sort }: ListingOptions): Entry[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const seen = all.filter(({ name }) => name.startsWith(under) && words.every(word => name.includes(word)) && sees(name))
  const entries = folded ? fold(seen, under) : [...seen]
  if (sort === 'size') entries.sort((a, b) => (a.bytes ?? 0) - (b.bytes ?? 0))
  if (sort === 'pushed') entries.sort((a, b) => (a.pushed ?? 0) - (b.pushed ?? 0))
  return entries
}

/** In lexical order of what is shown, in which a repository comes before the folder of its name. */
function fold(all: readonly ListedRepository[], under: string): Entry[] {
  const folders = new Map<string, { -readonly [Field in keyof Folder]: Folder[Field] }>()
  const entries: Entry[] = []
  for (const repository of all) {
    const slash = repository.name.indexOf('/', under.length)
    if (slash === -1) {
      entries.push(repository)
      continue
    }
    const name = repository.name.slice(0, slash + 1)
    const folder = folders.get(name) ?? { folder: name, repositories: 0, bytes: 0, pushed: undefined }
    if (folder.repositories++ === 0) {
      folders.set(name, folder)
      entries.push(folder)
    }
    folder.bytes += repository.bytes ?? 0
    if (repository.pushed !== undefined) folder.pushed = Math.max(folder.pushed ?? 0, repository.pushed)
  }
  const shown = (entry: Entry) => ('folder' in entry ? entry.folder : entry.name)
  return entries.sort((a, b) => (shown(a) < shown(b) ? -1 : 1))
}
