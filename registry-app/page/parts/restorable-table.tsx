import type { ComponentChildren } from 'preact'
import { ago, time } from '../format.ts'
import { useLocale, useSay } from '../text/words.ts'

export interface RestorableLine {
  readonly key: string
  readonly name: ComponentChildren
  readonly amount: string
  readonly who: string
  readonly removed: string
  readonly until: string
  /** What restores it; absent: nothing does. */
  readonly action: ComponentChildren
}

/** What can be restored, a line each. @param amount what the second column counts */
export function RestorableTable({ amount, lines }: { amount: string; lines: readonly RestorableLine[] }) {
  const say = useSay()
  const locale = useLocale()
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">{say('name')}</th>
          <th scope="col" class="number narrow-hidden">
            {amount}
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
        {lines.map(({ key, name, amount, who, removed, until, action }) => (
          <tr key={key}>
            <td class="name">{name}</td>
            <td class="number narrow-hidden">{amount}</td>
            <td class="narrow-hidden">{who}</td>
            <td class="number narrow-hidden" title={time(removed, locale)}>
              {ago(removed, locale)}
            </td>
            <td class="number">{time(until, locale)}</td>
            <td class="actions">{action}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
