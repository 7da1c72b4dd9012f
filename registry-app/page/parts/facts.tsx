import type { ComponentChildren } from 'preact'

/** Names and values, of which those that are not there are left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  const shown = facts.filter(([, value]) => value !== undefined && value !== '' && value !== null)
  if (shown.length === 0) return null
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Many names and values of the user's own: labels, annotations, an environment. */
export function Pairs({ title, pairs }: { title?: string; pairs: readonly (readonly [name: string, value: string])[] }) {
  if (pairs.length === 0) return null
  return (
    <>
      {title !== undefined && <h3>{title}</h3>}
      <table class="pairs">
        <tbody>
          {pairs.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
