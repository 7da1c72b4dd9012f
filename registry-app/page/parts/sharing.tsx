import type { SharingAnswer } from '../answers.ts'
import { bytes } from '../format.ts'
import { toImage } from '../place.ts'
import { useLocale, useSay } from '../text/words.ts'
import { Gauge } from './gauge.tsx'

/** What an image has in common with others of its repository, and what deleting it would free. */
export function Sharing({ name, sharing, tag }: { name: string; sharing: SharingAnswer; tag: string | undefined }) {
  const say = useSay()
  const locale = useLocale()
  const { tags, shares, goes, size, complete } = sharing
  const names = tags.filter(each => each !== tag)
  return (
    <>
      <p>
        {say(sharing.cached ? 'wouldFreeItself' : 'wouldFree')} <strong>{bytes(goes.bytes, locale)}</strong>{' '}
        <span class="muted">({say('wouldFreeNote')})</span>
      </p>
      {names.length > 0 && (
        <p>
          {say('otherTags')}:{' '}
          {names.map(each => (
            <>
              <a key={each} href={toImage(name, each)}>
                {each}
              </a>{' '}
            </>
          ))}
        </p>
      )}
      {shares.length === 0 ? (
        <p class="muted">{say('sharesNone')}</p>
      ) : (
        <table class="list shares">
          <caption>{say('sharesWith')}</caption>
          <tbody>
            {shares.map(each => (
              <tr key={each.tag}>
                <th scope="row">
                  <a href={toImage(name, each.tag)}>{each.tag}</a>
                </th>
                <td class="number">{bytes(each.bytes, locale)}</td>
                <td class="share">
                  <Gauge part={each.bytes} whole={size} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!complete && <p class="problem">{say('incomplete')}</p>}
    </>
  )
}
