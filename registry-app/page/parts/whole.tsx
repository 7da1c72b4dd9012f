import type { WholeAnswer } from '../answers.ts'
import { money, time } from '../format.ts'
import { useLocale, useSay } from '../text/words.ts'
import { Doctor } from './doctor.tsx'

/** What concerns the registry as a whole: its health, its certificates, what it asks of the store. */
export function Whole({ whole }: { whole: WholeAnswer }) {
  return (
    <>
      <div class="columns">
        <Health whole={whole} />
        <Requests whole={whole} />
      </div>
      <Doctor />
    </>
  )
}

function Health({ whole: { health, certificates } }: { whole: WholeAnswer }) {
  const say = useSay()
  const locale = useLocale()
  const worst = health.some(each => each.state === 'failed') ? 'failed' : health.some(each => each.state === 'warning') ? 'warning' : 'ok'
  const verdict = { ok: 'healthOk', warning: 'healthWarning', failed: 'healthFailed' } as const
  return (
    <section>
      <h2>{say('health')}</h2>
      <p class={`verdict ${worst}`}>{say(verdict[worst])}</p>
      <table class="pairs">
        <tbody>
          {health.map(({ name, state, detail }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <span class={`tag ${state}`}>{say(state)}</span> {detail}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{say('certificates')}</h3>
      {certificates.length === 0 && <p class="muted">{say('certificatesNone')}</p>}
      <table class="pairs">
        <tbody>
          {certificates.map(({ names, notAfter, daysLeft }) => (
            <tr key={names.join()}>
              <th scope="row">{names.join(', ')}</th>
              <td title={time(notAfter, locale)}>
                <span class={`tag ${daysLeft < 0 ? 'failed' : daysLeft < 14 ? 'warning' : 'ok'}`}>
                  {daysLeft < 0 ? say('expired') : say('daysLeft', { days: daysLeft })}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Requests({ whole: { requests, prices } }: { whole: WholeAnswer }) {
  const say = useSay()
  const locale = useLocale()
  const costOf = ({ requests: count, priced }: (typeof requests.operations)[number]) =>
    priced === 'free' ? 0 : (count / 1000) * prices[priced]
  const operations = requests.operations.toSorted((a, b) => costOf(b) - costOf(a) || b.requests - a.requests)
  const total = operations.reduce((sum, each) => sum + costOf(each), 0)
  return (
    <section>
      <h2>{say('requests')}</h2>
      {operations.length === 0 ? (
        <p class="muted">{say('requestsNone')}</p>
      ) : (
        <>
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{say('operation')}</th>
                <th scope="col" class="number">
                  {say('count')}
                </th>
                <th scope="col" class="number">
                  {say('cost')}
                </th>
              </tr>
            </thead>
            <tbody>
              {operations.map(each => (
                <tr key={each.operation}>
                  <td>{each.operation}</td>
                  <td class="number">{each.requests.toLocaleString(locale)}</td>
                  <td class="number">{money(costOf(each), prices.currency, locale)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{say('total')}</th>
                <td class="number">{operations.reduce((sum, each) => sum + each.requests, 0).toLocaleString(locale)}</td>
                <td class="number">{money(total, prices.currency, locale)}</td>
              </tr>
            </tfoot>
          </table>
          <p class="muted">
            {requests.processes > 1
              ? say('requestsOfAll', { processes: requests.processes, time: time(requests.since, locale) })
              : say('requestsSince', { time: time(requests.since, locale) })}
          </p>
        </>
      )}
    </section>
  )
}
