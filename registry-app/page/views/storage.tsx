import type { StorageAnswer } from '../answers.ts'
import { ago, bytes, money, short, time } from '../format.ts'
import { AsOf } from '../parts/as-of.tsx'
import { Gauge } from '../parts/gauge.tsx'
import { Plot } from '../parts/plot.tsx'
import { Show } from '../parts/states.tsx'
import { Whole } from '../parts/whole.tsx'
import { toImage, toRepository } from '../place.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { useLoad } from '../use-load.ts'

export function StorageView() {
  const say = useSay()
  const { api } = useSession()
  const storage = useLoad(signal => api.json<StorageAnswer>('_bucket-registry/ui/storage', signal), [api])
  return (
    <Show of={storage} whole>
      {answer => (
        <>
          <div class="title">
            <h1>{say('storage')}</h1>
            <AsOf {...answer} reload={storage.reload} />
          </div>
          <Figures answer={answer} />
          {answer.whole ? <Whole whole={answer.whole} /> : <p class="muted">{say('onlyAdministrators')}</p>}
          <section>
            <h2>{say('overTime')}</h2>
            {answer.history.length === 0 ? <p class="muted">{say('overTimeNone')}</p> : <Plot history={answer.history} />}
          </section>
          <Largest answer={answer} />
          <Recent answer={answer} />
        </>
      )}
    </Show>
  )
}

function Figures({ answer: { repositories, whole, largest } }: { answer: StorageAnswer }) {
  const say = useSay()
  const locale = useLocale()
  const stored = whole?.stored?.size
  const seen = largest.reduce((sum, each) => sum + each.bytes, 0)
  // Files cost nobody by the month.
  const isBucket = (whole?.requests.operations.length ?? 0) > 0
  const cost = isBucket && stored !== undefined && whole && money((stored / 2 ** 30) * whole.prices.storage, whole.prices.currency, locale)
  return (
    <div class="figures">
      <div>
        <span class="label">{say('stored')}</span>
        <strong>{bytes(stored ?? seen, locale)}</strong>
        <span class="muted">{cost ? `${cost} ${say('storedCost')}` : ''}</span>
      </div>
      <div>
        <span class="label">{say('repositoriesCount')}</span>
        <strong>{repositories.toLocaleString(locale)}</strong>
      </div>
      {whole && <Garbage whole={whole} />}
    </div>
  )
}

function Garbage({ whole: { collection, collects, unlinked } }: { whole: NonNullable<StorageAnswer['whole']> }) {
  const say = useSay()
  const locale = useLocale()
  const at = (milliseconds: number | undefined) =>
    time(milliseconds === undefined ? undefined : new Date(milliseconds).toISOString(), locale)
  const [size, note] =
    collects === 'no'
      ? unlinked?.size
        ? [unlinked.size, say('garbageOff')]
        : [undefined, say('garbageUnknown')]
      : !collection
        ? [undefined, say('garbageWaiting')]
        : collection.condemned.size > 0
          ? [collection.condemned.size, say('garbageCondemned', { time: at(collection.due) })]
          : collection.freed.size > 0
            ? [collection.freed.size, say('garbageFreed', { time: at(collection.at) })]
            : [0, say('garbageNone', { time: at(collection.at) })]
  return (
    <div>
      <span class="label">{say('garbage')}</span>
      <strong>
        {collects === 'no' && size !== undefined ? '≥ ' : ''}
        {bytes(size, locale)}
      </strong>
      <span class="muted">{note}</span>
    </div>
  )
}

function Largest({ answer: { largest } }: { answer: StorageAnswer }) {
  const say = useSay()
  const locale = useLocale()
  const most = largest[0]?.bytes ?? 0
  if (largest.length === 0) return null
  return (
    <section>
      <h2>{say('byRepository')}</h2>
      <table class="list shares">
        <tbody>
          {largest.map(({ name, bytes: size }) => (
            <tr key={name}>
              <th scope="row">
                <a href={toRepository(name)}>{name}</a>
              </th>
              <td class="number">{bytes(size, locale)}</td>
              <td class="share narrow-hidden">
                <Gauge part={size} whole={most} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Recent({ answer: { recent, whole } }: { answer: StorageAnswer }) {
  const say = useSay()
  const locale = useLocale()
  return (
    <section>
      <h2>{say('recent')}</h2>
      {recent.length === 0 ? (
        <p class="muted">{say('recentNone')}</p>
      ) : (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{say('when')}</th>
              <th scope="col">{say('what')}</th>
              {whole && (
                <th scope="col" class="narrow-hidden">
                  {say('who')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {recent.map(({ at, action, name, reference, by }) => (
              <tr key={`${at} ${name} ${reference} ${action}`}>
                <td class="when" title={time(at, locale)}>
                  {ago(at, locale)}
                </td>
                <td>
                  <span class={`tag ${action}`}>{say(action === 'push' ? 'push' : 'deletion')}</span>{' '}
                  {action === 'push' ? <a href={toImage(name, reference)}>{shown(name, reference)}</a> : shown(name, reference)}
                </td>
                {whole && <td class="narrow-hidden">{by ?? '–'}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const shown = (name: string, reference: string) => (reference.includes(':') ? `${name}@${short(reference)}` : `${name}:${reference}`)
