import { useState } from 'preact/hooks'
import type { RestoredAnswer } from '../answers.ts'
import { explain } from '../explain.ts'
import { useSession } from '../session.ts'
import { type Say, useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'

interface RestoreButtonProps {
  label: string
  /** For whoever hears the button alone. */
  what: string
  /** @returns what to say of it */
  restore: () => Promise<string>
  done: () => void
}

export function RestoreButton({ label, what, restore, done }: RestoreButtonProps) {
  const say = useSay()
  const { notify } = useSession()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  async function go() {
    setBusy(true)
    setProblem('')
    try {
      notify(await restore())
      done()
    } catch (error) {
      setProblem(explain(asApiError(error), say))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" aria-label={`${label}: ${what}`} disabled={busy} onClick={go}>
        {label}
      </button>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}

/** What came back of a repository, and what did not. */
export function saidOf({ name, tags, manifests, notRestored, failed }: RestoredAnswer, say: Say): string {
  const restored = say('restoredRepository', { name, tags, manifests })
  if (notRestored === 0) return restored
  const reasons = failed.slice(0, 3).map(each => `${each.tags.join(', ') || each.digest.slice(0, 19)}: ${each.reason}`)
  return `${restored} ${say('notRestored', { count: notRestored, reasons: reasons.join('; ') })}`
}
