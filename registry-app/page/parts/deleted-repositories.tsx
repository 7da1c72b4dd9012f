import { useState } from 'preact/hooks'
import type { DeletedRepositoriesAnswer } from '../answers.ts'
import { ago, time } from '../format.ts'
import { toRepository } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Pager } from './pager.tsx'
import { RestoreButton, saidOf } from './restore-button.tsx'
import { Empty, Show } from './states.tsx'

const pageSize = 50

/** Those that were deleted as a whole, and can be brought back. @param done told when one is there again */
export function DeletedRepositories({ done }: { done: () => void }) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  const [from, setFrom] = useState(0)
  const deleted = useLoad(
    signal => api.json<DeletedRepositoriesAnswer>(`_bucket-registry/ui/restore?from=${from}&n=${pageSize}`, signal),
    [api, from],
  )
  return (
    <Show of={deleted}>
      {({ entries, total, cut, undoFor }) => (
        <>
          {cut && <p class="problem">{say('restorableCut')}</p>}
          {total === 0 ? (
            <Empty title={say('noDeletedRepositories')}>{undefined === undoFor && <p class="muted">{say('undoIsOff')}</p>}</Empty>
          ) : (
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">{say('name')}</th>
                  <th scope="col" class="number narrow-hidden">
                    {say('tags')}
                  </th>
                  <th scope="col" class="narrow-hidden">
                    {say('who')}
                  </th>
                  <th scope="col" class="number narrow-hidden">
                    {say('deletedAt')}
                  </th>
                  <th scope="col" class="number">
                    {say('until')}
                  </th>
                  <td class="actions" />
                </tr>
              </thead>
              <tbody>
                {entries.map(({ name, tags, by, removed, until, restorable }) => (
                  <tr key={name}>
                    <td class="name">
                      <a href={toRepository(name)}>{name}</a>
                    </td>
                    <td class="number narrow-hidden">{tags.toLocaleString(locale)}</td>
                    <td class="narrow-hidden">{by ?? '–'}</td>
                    <td class="number narrow-hidden" title={time(removed, locale)}>
                      {ago(removed, locale)}
                    </td>
                    <td class="number">{time(until, locale)}</td>
                    <td class="actions">
                      {restorable && (
                        <RestoreButton
                          label={say('restore')}
                          what={name}
                          restore={async () => saidOf(await api.restoreRepository(name), say)}
                          done={() => {
                            deleted.reload()
                            done()
                          }}
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <Pager from={from} shown={entries.length} total={total} size={pageSize} go={setFrom} />
        </>
      )}
    </Show>
  )
}
