import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Entry, FolderEntry, RepositoriesAnswer, RepositoryEntry } from '../answers.ts'
import { ago, bytes, time } from '../format.ts'
import { toRepository } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Failure } from './states.tsx'

/** @param under what of the name stands above it already */
export function RepositoryRow({ entry, under = '', depth = 0 }: { entry: RepositoryEntry; under?: string; depth?: number }) {
  const locale = useLocale()
  const say = useSay()
  return (
    <tr>
      <td class="name" data-depth={Math.min(depth, 6)}>
        <a href={toRepository(entry.name)} aria-label={entry.name}>
          {entry.name.slice(under.length)}
        </a>
        {entry.cached && <span class="note">{say('cache')}</span>}
        {entry.bytes === undefined && <span class="note">{say('sinceSummary')}</span>}
      </td>
      <td class="number narrow-hidden">{entry.tags?.toLocaleString(locale) ?? '–'}</td>
      <td class="number">{bytes(entry.bytes, locale)}</td>
      <td class="number" title={time(entry.pushed, locale)}>
        {ago(entry.pushed, locale)}
      </td>
    </tr>
  )
}

interface FolderRowProps extends FolderEntry {
  under: string
  depth: number
  isOpen: boolean
  toggle: () => void
}

function FolderRow({ folder, repositories, bytes: size, pushed, under, depth, isOpen, toggle }: FolderRowProps) {
  const locale = useLocale()
  const say = useSay()
  return (
    <tr class="folder">
      <td class="name" data-depth={Math.min(depth, 6)}>
        <button
          type="button"
          class="fold"
          aria-expanded={isOpen}
          aria-label={say(isOpen ? 'close' : 'open', { name: folder })}
          onClick={toggle}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {folder.slice(under.length)}
        </button>
        <span class="note">{say('inFolder', { count: repositories.toLocaleString(locale) })}</span>
      </td>
      <td class="narrow-hidden" />
      <td class="number">{bytes(size, locale)}</td>
      <td class="number" title={time(pushed, locale)}>
        {ago(pushed, locale)}
      </td>
    </tr>
  )
}

/** All of them, below the folders that their names have in common. */
export function OpenTree({ entries, under = '', depth = 0 }: { entries: readonly Entry[]; under?: string; depth?: number }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const rows: ComponentChildren[] = []
  const named = entries.filter(entry => 'name' in entry)
  for (let at = 0; at < named.length; ) {
    const entry = named[at] as RepositoryEntry
    const slash = entry.name.indexOf('/', under.length)
    const folder = entry.name.slice(0, slash + 1)
    const length = slash === -1 ? 1 : named.slice(at).findIndex(({ name }) => !name.startsWith(folder))
    const inside = named.slice(at, length === -1 ? named.length : at + length)
    at += inside.length
    // A folder of one would only be in the way.
    if (slash === -1 || inside.length === 1) {
      rows.push(<RepositoryRow key={entry.name} entry={entry} under={under} depth={depth} />)
      continue
    }
    const isOpen = !closed.has(folder)
    const toggle = () => setClosed(new Set(isOpen ? [...closed, folder] : [...closed].filter(each => each !== folder)))
    rows.push(<FolderRow key={folder} {...summed(folder, inside)} under={under} depth={depth} isOpen={isOpen} toggle={toggle} />)
    if (isOpen) rows.push(<OpenTree key={`in ${folder}`} entries={inside} under={folder} depth={depth + 1} />)
  }
  return <>{rows}</>
}

function summed(folder: string, inside: readonly RepositoryEntry[]): FolderEntry {
  const pushed = inside
    .flatMap(entry => entry.pushed ?? [])
    .sort()
    .at(-1)
  return {
    folder,
    repositories: inside.length,
    bytes: inside.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0),
    ...(pushed && { pushed }),
  }
}

/** Folders that the registry has folded: what is in one comes when it is opened. */
export function FoldedTree({ entries, under, depth }: { entries: readonly Entry[]; under: string; depth: number }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  return (
    <>
      {entries.flatMap(entry => {
        if ('name' in entry) return [<RepositoryRow key={entry.name} entry={entry} under={under} depth={depth} />]
        const { folder } = entry
        const isOpen = open.has(folder)
        const toggle = () => setOpen(new Set(isOpen ? [...open].filter(each => each !== folder) : [...open, folder]))
        const row = <FolderRow key={folder} {...entry} under={under} depth={depth} isOpen={isOpen} toggle={toggle} />
        return isOpen ? [row, <FolderContent key={`in ${folder}`} folder={folder} depth={depth + 1} />] : [row]
      })}
    </>
  )
}

const pageSize = 100

function FolderContent({ folder, depth }: { folder: string; depth: number }) {
  const say = useSay()
  const { api } = useSession()
  const [count, setCount] = useState(pageSize)
  const content = useLoad(
    signal =>
      api.json<RepositoriesAnswer>(
        `_bucket-registry/ui/repositories?${new URLSearchParams({ under: folder, fold: 'true', n: String(Math.min(count, 1000)) })}`,
        signal,
      ),
    [api, folder, count],
  )
  const { value, error } = content
  if (error) return spanning(<Failure error={error} retry={content.reload} />)
  if (!value) return spanning(say('loading'))
  const left = value.total - value.entries.length
  return (
    <>
      <FoldedTree entries={value.entries} under={folder} depth={depth} />
      {left > 0 &&
        count < 1000 &&
        spanning(
          <button type="button" class="quiet" onClick={() => setCount(count + 3 * pageSize)}>
            {say('more', { left })}
          </button>,
        )}
    </>
  )
}

const spanning = (content: ComponentChildren) => (
  <tr>
    <td colSpan={4}>{content}</td>
  </tr>
)
