import { useState } from 'preact/hooks'
import type { DeletedRepositoriesAnswer } from '../answers.ts'
import { toRepository } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Pager } from './pager.tsx'
import { RestorableTable } from './restorable-table.tsx'
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
            <Empty title={say('noDeletedRepositories')}>{undoFor === undefined && <p class="muted">{say('undoIsOff')}</p>}</Empty>
          ) : (
            <RestorableTable
              amount={say('tags')}
              lines={entries.map(({ name, tags, by, removed, until, restorable }) => ({
                ...{ key: name, amount: tags.toLocaleString(locale), who: by ?? '–', removed, until },
                name: <a href={toRepository(name)}>{name}</a>,
                action: restorable && (
                  <RestoreButton
                    label={say('restore')}
                    what={name}
                    restore={async () => saidOf(await api.restoreRepository(name), say)}
                    done={() => {
                      deleted.reload()
                      done()
                    }}
                  />
                ),
              }))}
            />
          )}
          <Pager from={from} shown={entries.length} total={total} size={pageSize} go={setFrom} />
        </>
      )}
    </Show>
  )
}
