import { useEffect, useState } from 'preact/hooks'
import type { DoctorAnswer } from '../answers.ts'
import { explain } from '../explain.ts'
import { ago, time } from '../format.ts'
import { useSession } from '../session.ts'
import { useLocale, useSay } from '../text/words.ts'
import { asApiError, useLoad } from '../use-load.ts'
import { Copy } from './copy.tsx'
import { Show } from './states.tsx'

const path = '_bucket-registry/ui/doctor'

/** What the doctor has found of the bucket, and a button that has him look again. */
export function Doctor() {
  const say = useSay()
  const { api } = useSession()
  const doctor = useLoad(signal => api.json<DoctorAnswer>(path, signal), [api])
  return (
    <section aria-labelledby="doctor">
      <h2 id="doctor">{say('doctor')}</h2>
      <Show of={doctor}>{answer => <Verdict answer={answer} reload={doctor.reload} />}</Show>
    </section>
  )
}

function Verdict({ answer, reload }: { answer: DoctorAnswer; reload: () => void }) {
  const say = useSay()
  const { examines, running, failed, last } = answer
  useEffect(() => {
    if (!running) return
    const timer = setInterval(reload, 2000)
    return () => clearInterval(timer)
  }, [running, reload])

  if (examines === 'no-store' || examines === 'off') return <p class="muted">{say(examines === 'off' ? 'doctorOff' : 'doctorNoStore')}</p>
  return (
    <>
      <div role="status">
        {running ? (
          <p>{say('doctorRunning')}</p>
        ) : failed ? (
          <p class="verdict failed">{say('doctorFailed')}</p>
        ) : (
          last && <p class={`verdict ${classes[last.verdict]}`}>{say(words[last.verdict])}</p>
        )}
      </div>
      {last ? <Found last={last} /> : !running && !failed && <p class="muted">{say('doctorNever')}</p>}
      {examines === 'yes' ? <ExamineNow running={running} begun={reload} /> : <p class="muted">{say('doctorReadOnly')}</p>}
    </>
  )
}

const words = { good: 'doctorGood', lacking: 'doctorLacking', bad: 'doctorBad' } as const
const classes = { good: 'ok', lacking: 'warning', bad: 'failed' } as const

function Found({ last }: { last: NonNullable<DoctorAnswer['last']> }) {
  const say = useSay()
  const locale = useLocale()
  const { at, questions, good, unasked, findings, settings } = last
  return (
    <>
      <p class="muted" title={time(at, locale)}>
        {say('doctorAt', { time: ago(at, locale), questions, good })} {unasked > 0 && say('doctorUnasked', { unasked })}
      </p>
      {findings.length > 0 && (
        <table class="pairs">
          <tbody>
            {findings.map(({ name, verdict, says }) => (
              <tr key={name}>
                <th scope="row" lang="en">
                  {name}
                </th>
                <td>
                  <span class={`tag ${classes[verdict]}`}>{say(verdict)}</span> <span lang="en">{says}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {settings !== undefined && (
        <>
          <h3>{say('doctorSettings')}</h3>
          <div class="command">
            <pre>{settings}</pre>
            <Copy text={settings} what={say('doctorSettings')} />
          </div>
        </>
      )}
    </>
  )
}

/** Stays where it is while one is under way, so that whoever has pressed it by a key does not lose his place. */
function ExamineNow({ running, begun }: { running: boolean; begun: () => void }) {
  const say = useSay()
  const { api } = useSession()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const isIdle = !running && !busy

  async function examine() {
    if (!isIdle) return
    setBusy(true)
    setProblem('')
    try {
      await api.post(path)
      begun()
    } catch (error) {
      setProblem(explain(asApiError(error), say))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <div class="buttons start">
        <button type="button" aria-disabled={!isIdle} onClick={examine}>
          {say('doctorNow')}
        </button>
      </div>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}
