import type { DayOfHistory } from '../answers.ts'
import { bytes } from '../format.ts'
import { useLocale, useSay } from '../text/words.ts'

const height = 160
const width = 720
/** As many as have a colour of their own. */
const mostNamed = 7
/** A column is no wider, however few there are. */
const widest = 48

/** A column for each day, by the repositories that are the largest on the last one; the same as a table for whoever does not see it. */
export function Plot({ history }: { history: readonly DayOfHistory[] }) {
  const say = useSay()
  const locale = useLocale()
  const names = (history.at(-1)?.largest ?? []).slice(0, mostNamed).map(([name]) => name)
  const columns = history.map(({ day, bytes: all, largest }) => {
    const sizes = new Map(largest)
    const named = names.map(name => sizes.get(name) ?? 0)
    // What repositories have in common counts for each of them, and once in the whole.
    const sum = named.reduce((total, each) => total + each, 0)
    const whole = Math.max(all ?? largest.reduce((total, [, each]) => total + each, 0), sum)
    return { day, whole, parts: [...named, whole - sum] }
  })
  const most = Math.max(1, ...columns.map(({ whole }) => whole))
  const step = Math.min(widest, width / columns.length)
  return (
    <figure class="plot">
      <figcaption class="muted">{say('overTimeNote')}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${say('overTime')}: ${bytes(columns.at(-1)?.whole, locale)}`}
        preserveAspectRatio="none"
      >
        {columns.map(({ day, parts }, index) => {
          let top = height
          return parts.map((part, colour) => {
            const tall = (part / most) * height
            top -= tall
            return (
              <rect
                key={`${day} ${colour}`}
                x={index * step}
                y={top}
                width={Math.max(step - (step > 6 ? 2 : 0), 0.5)}
                height={tall}
                data-colour={colour}
              >
                <title>{`${day} ${names[colour] ?? say('others')}: ${bytes(part, locale)}`}</title>
              </rect>
            )
          })
        })}
      </svg>
      <div class="axis muted" aria-hidden="true">
        <span>{columns[0]?.day}</span>
        <span>{columns.length > 1 ? columns.at(-1)?.day : ''}</span>
        <span>{bytes(most, locale)}</span>
      </div>
      <ul class="legend">
        {[...names, say('others')].map((name, colour) => (
          <li key={name}>
            <span class="swatch" data-colour={colour} aria-hidden="true" /> {name}
          </li>
        ))}
      </ul>
      <details>
        <summary>{say('asTable')}</summary>
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{say('day')}</th>
              <th scope="col" class="number">
                {say('size')}
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.toReversed().map(({ day, whole }) => (
              <tr key={day}>
                <td>{day}</td>
                <td class="number">{bytes(whole, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
