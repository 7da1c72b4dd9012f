import { useState } from 'preact/hooks'
import type { TagsAnswer } from '../answers.ts'
import { ago, bytes, short, time } from '../format.ts'
import { CacheNote } from '../parts/cache-note.tsx'
import { Copy } from '../parts/copy.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DeleteRepository, DeleteTag } from '../parts/delete.tsx'
import { Facts } from '../parts/facts.tsx'
import { Folded } from '../parts/folded.tsx'
import { Pager } from '../parts/pager.tsx'
import { Restorable } from '../parts/restorable.tsx'
import { Search } from '../parts/search.tsx'
import { SortHeader, type Sorting } from '../parts/sort-header.tsx'
import { Empty, Show } from '../parts/states.tsx'
import { toImage, toRepositories } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'

const pageSize = 50

export function RepositoryView({ name }: { name: string }) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  const [words, setWords] = useState('')
  const [from, setFrom] = useState(0)
  const [sorting, setSorting] = useState<Sorting<'name' | 'pushed'>>({ column: 'pushed', order: 'desc' })
  const tags = useLoad(
    signal => {
      const query = new URLSearchParams({ q: words, sort: sorting.column, order: sorting.order, from: String(from), n: String(pageSize) })
      return api.json<TagsAnswer>(`${name}/_bucket-registry/ui/tags?${query}`, signal)
    },
    [api, name, words, from, sorting],
  )
  /** Then whoever looks has most likely come to bring something back. */
  const isEmpty = tags.error?.status === 404 || (tags.value?.total === 0 && words === '')
  const sort = (next: typeof sorting) => {
    setSorting(next)
    setFrom(0)
  }
  const search = (next: string) => {
    setWords(next.trim())
    setFrom(0)
  }

  return (
    <>
      <Crumbs name={name} />
      <Show of={tags} whole>
        {answer => (
          <>
            <div class="title">
              <h1>{name}</h1>
              {answer.deletable && <DeleteRepository answer={answer} done={() => location.assign(toRepositories)} />}
            </div>
            <Facts
              facts={[
                [say('size'), bytes(answer.bytes, locale)],
                [say('tags'), answer.total.toLocaleString(locale)],
                [say('manifests'), answer.manifests?.toLocaleString(locale) ?? '–'],
              ]}
            />
            {answer.cache && <CacheNote cache={answer.cache} />}
            {answer.asOf && <p class="muted as-of">{say('asOf', { time: time(answer.asOf, locale) })}</p>}
            {answer.cut && <p class="problem">{say('tagsCut')}</p>}
            <div class="tools">
              <h2>{say('tags')}</h2>
              <Search label={say('searchTags')} value={words} search={search} />
            </div>
            {answer.total === 0 ? (
              <Empty title={words === '' ? say('noTags') : say('noneFound', { words })} />
            ) : (
              <table class="list">
                <thead>
                  <tr>
                    <SortHeader column="name" label={say('name')} first="asc" sorting={sorting} sort={sort} />
                    <th scope="col" class="narrow-hidden">
                      {say('digest')}
                    </th>
                    <SortHeader
                      column="pushed"
                      label={say(answer.cache ? 'fetched' : 'pushed')}
                      first="desc"
                      sorting={sorting}
                      sort={sort}
                      class="number"
                    />
                    <td class="actions" />
                  </tr>
                </thead>
                <tbody>
                  {answer.tags.map(({ tag, digest, pushed }) => (
                    <tr key={tag}>
                      <td class="name">
                        <a href={toImage(name, tag)}>{tag}</a>
                      </td>
                      <td class="narrow-hidden">
                        <code>{digest === undefined ? '–' : short(digest)}</code>
                      </td>
                      <td class="number" title={time(pushed, locale)}>
                        {ago(pushed, locale)}
                      </td>
                      <td class="actions">
                        <Copy text={`${location.host}/${name}:${tag}`} what={`${name}:${tag}`} />
                        {answer.deletable && (
                          <DeleteTag
                            name={name}
                            tag={tag}
                            collects={answer.collects}
                            undoFor={answer.undoFor}
                            restorable={answer.restorable}
                            done={tags.reload}
                          />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            <Pager from={answer.from} shown={answer.tags.length} total={answer.total} size={pageSize} go={setFrom} />
          </>
        )}
      </Show>
      {(tags.value ?? tags.error) && !tags.value?.cache && tags.error?.status !== 401 && (
        <Folded title={say('restorable')} open={isEmpty}>
          <Restorable name={name} done={tags.reload} />
        </Folded>
      )}
    </>
  )
}
