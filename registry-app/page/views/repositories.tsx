import { useState } from 'preact/hooks'
import type { RepositoriesAnswer } from '../answers.ts'
import { AsOf } from '../parts/as-of.tsx'
import { Copy } from '../parts/copy.tsx'
import { DeletedRepositories } from '../parts/deleted-repositories.tsx'
import { Folded } from '../parts/folded.tsx'
import { Pager } from '../parts/pager.tsx'
import { FoldedTree, OpenTree, RepositoryRow } from '../parts/repository-rows.tsx'
import { Search } from '../parts/search.tsx'
import { SortHeader, type Sorting } from '../parts/sort-header.tsx'
import { Empty, Show } from '../parts/states.tsx'
import { useSession } from '../session.ts'
import { useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'

type Column = 'name' | 'size' | 'pushed'

/** Up to so many stand open as a tree; more are folded, and each folder asks for what is in it when it is opened. */
const opened = 200
const pageSize = 100

interface Listing {
  readonly answer: RepositoriesAnswer
  readonly as: 'open' | 'folded' | 'flat'
}

export function RepositoriesView() {
  const say = useSay()
  const { api } = useSession()
  const [words, setWords] = useState('')
  const [from, setFrom] = useState(0)
  const [sorting, setSorting] = useState<Sorting<Column>>({ column: 'name', order: 'asc' })
  const isTree = words === '' && sorting.column === 'name'

  const listing = useLoad(
    async (signal): Promise<Listing> => {
      const ask = (more: Record<string, string | number>) => {
        const query = new URLSearchParams({ q: words, sort: sorting.column, order: sorting.order, from: String(from) })
        for (const [name, value] of Object.entries(more)) query.set(name, String(value))
        return api.json<RepositoriesAnswer>(`_bucket-registry/ui/repositories?${query}`, signal)
      }
      if (!isTree) return { answer: await ask({ n: pageSize }), as: 'flat' }
      const all = await ask({ n: opened, from: 0 })
      if (all.total <= opened) return { answer: all, as: 'open' }
      return { answer: await ask({ n: pageSize, fold: 'true' }), as: 'folded' }
    },
    [api, words, from, sorting],
  )

  const search = (next: string) => {
    setWords(next.trim())
    setFrom(0)
  }
  const sort = (next: Sorting<Column>) => {
    setSorting(next)
    setFrom(0)
  }
  const header = (column: Column, label: string, first: 'asc' | 'desc', kind?: string) => (
    <SortHeader column={column} label={label} first={first} sorting={sorting} sort={sort} {...(kind && { class: kind })} />
  )

  return (
    <Show of={listing} whole>
      {({ answer, as }) => (
        <>
          <div class="title">
            <h1>{say('repositories')}</h1>
            <AsOf {...answer} reload={listing.reload} />
            <Search label={say('search')} value={words} search={search} />
          </div>
          {answer.total === 0 ? (
            <None
              words={words}
              clear={() => search('')}
              isSignedIn={answer.you.name !== undefined}
              building={answer.building}
              caches={answer.caches}
            />
          ) : (
            <>
              <table class="list">
                <thead>
                  <tr>
                    {header('name', say('name'), 'asc')}
                    <th scope="col" class="number narrow-hidden">
                      {say('tags')}
                    </th>
                    {header('size', say('size'), 'desc', 'number')}
                    {header('pushed', say('pushed'), 'desc', 'number')}
                  </tr>
                </thead>
                <tbody>
                  {as === 'open' && <OpenTree entries={answer.entries} />}
                  {as === 'folded' && <FoldedTree entries={answer.entries} depth={0} under="" />}
                  {as === 'flat' && answer.entries.map(entry => 'name' in entry && <RepositoryRow key={entry.name} entry={entry} />)}
                </tbody>
              </table>
              <Pager
                from={answer.from}
                shown={answer.entries.length}
                total={answer.total}
                size={as === 'open' ? opened : pageSize}
                go={setFrom}
              />
            </>
          )}
          {!answer.caches && (
            <Folded title={say('deletedRepositories')}>
              <DeletedRepositories done={listing.reload} />
            </Folded>
          )}
        </>
      )}
    </Show>
  )
}

interface NoneProps {
  words: string
  clear: () => void
  isSignedIn: boolean
  building: boolean
  caches: boolean
}

function None({ words, clear, isSignedIn, building, caches }: NoneProps) {
  const say = useSay()
  if (building) return <Empty title={say('building')} />
  if (words !== '')
    return (
      <Empty title={say('noneFound', { words })}>
        <button type="button" onClick={clear}>
          {say('clearSearch')}
        </button>
      </Empty>
    )
  const commands = caches
    ? `docker pull ${location.host}/library/alpine`
    : `docker tag alpine ${location.host}/alpine\ndocker push ${location.host}/alpine`
  return (
    <Empty title={say(caches ? 'nothingCached' : 'noRepositories')}>
      {isSignedIn && <p class="muted">{say('noneSeen')}</p>}
      <p>{say(caches ? 'nothingCachedHow' : 'noRepositoriesHow')}</p>
      <div class="command">
        <pre>{commands}</pre>
        <Copy text={commands} what={caches ? 'docker pull' : 'docker push'} />
      </div>
    </Empty>
  )
}
