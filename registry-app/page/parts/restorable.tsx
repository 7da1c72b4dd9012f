import { useState } from 'preact/hooks'
import type { RestorableAnswer, RestorableEntry } from '../answers.ts'
import { ago, bytes, short, time } from '../format.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'
import { Pager } from './pager.tsx'
import { RestoreButton, saidOf } from './restore-button.tsx'
import { Empty, Show } from './states.tsx'

const pageSize = 25

/** What was removed from a repository, and can be brought back. @param done told when something is there again */
export function Restorable({ name, done }: { name: string; done: () => void }) {
  const say = useSay()
  const { api } = useSession()
  const [from, setFrom] = useState(0)
  const removed = useLoad(
    signal => api.json<RestorableAnswer>(`${name}/_bucket-registry/ui/restore?from=${from}&n=${pageSize}`, signal),
    [api, name, from],
  )
  const restored = () => {
    removed.reload()
    done()
  }
  return (
    <Show of={removed}>
      {({ entries, total, cut, restorable, repository, undoFor }) => (
        <>
          {repository && restorable && (
            <p>
              {say('wasDeletedWhole', { tags: repository.tags, manifests: repository.manifests })}{' '}
              <RestoreButton
                label={say('restoreRepository')}
                what={name}
                restore={async () => saidOf(await api.restoreRepository(name), say)}
                done={restored}
              />
            </p>
          )}
          {cut && <p class="problem">{say('restorableCut')}</p>}
          {total === 0 ? (
            <Empty title={say('noRestorable')}>{undoFor === undefined && <p class="muted">{say('undoIsOff')}</p>}</Empty>
          ) : (
            <>
              {!restorable && <p class="muted">{say('restoreDenied')}</p>}
              <Entries name={name} entries={entries} restorable={restorable} done={restored} />
            </>
          )}
          <Pager from={from} shown={entries.length} total={total} size={pageSize} go={setFrom} />
        </>
      )}
    </Show>
  )
}

interface EntriesProps {
  name: string
  entries: readonly RestorableEntry[]
  restorable: boolean
  done: () => void
}

function Entries({ name, entries, restorable, done }: EntriesProps) {
  const say = useSay()
  const locale = useLocale()
  const { api } = useSession()
  /** What comes back with an image is counted there. */
  const partsOf = (digest: string) => entries.filter(({ partOf }) => partOf === digest).length
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">{say('name')}</th>
          <th scope="col" class="number narrow-hidden">
            {say('size')}
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
        {entries
          .filter(({ partOf }) => partOf === undefined)
          .map(({ tag, digest, size, by, rule, removed, until, gone, taken }) => (
            <tr key={`${tag} ${digest} ${removed}`}>
              <td class="name">
                {tag ?? <code>{short(digest)}</code>}
                {partsOf(digest) > 0 && <span class="note">{say('comesWith', { count: partsOf(digest) })}</span>}
                {gone && <span class="note">{say('bytesGone')}</span>}
                {taken && <span class="note">{say('tagTaken')}</span>}
              </td>
              <td class="number narrow-hidden">{bytes(size, locale)}</td>
              <td class="narrow-hidden">{rule === undefined ? (by ?? '–') : say('byRule', { rule })}</td>
              <td class="number narrow-hidden" title={time(removed, locale)}>
                {ago(removed, locale)}
              </td>
              <td class="number">{time(until, locale)}</td>
              <td class="actions">
                {restorable && !gone && !taken && (
                  <RestoreButton
                    label={say('restore')}
                    what={tag === undefined ? `${name}@${short(digest)}` : `${name}:${tag}`}
                    restore={async () => {
                      await api.restore(name, tag ?? digest)
                      return say('restored', { what: `${name}${tag === undefined ? `@${short(digest)}` : `:${tag}`}` })
                    }}
                    done={done}
                  />
                )}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}
