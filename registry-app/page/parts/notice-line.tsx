import { useState } from 'preact/hooks'
import { explain } from '../explain.ts'
import { useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'

export interface Notice {
  readonly text: string
  /** Gives what to say then. Absent: it cannot be taken back. */
  readonly undo: (() => Promise<string>) | undefined
}

/** What was done last, and a way back. */
export function NoticeLine({ notice, close, undone }: { notice: Notice | undefined; close: () => void; undone: (text: string) => void }) {
  const say = useSay()
  const [problem, setProblem] = useState('')
  const undo = notice?.undo
  async function takeBack() {
    try {
      const text = await undo?.()
      setProblem('')
      if (text !== undefined) undone(text)
    } catch (error) {
      setProblem(explain(asApiError(error), say))
    }
  }
  return (
    <div class="said" role="status">
      {notice && (
        <p>
          {notice.text}{' '}
          {undo && (
            <button type="button" onClick={takeBack}>
              {say('undo')}
            </button>
          )}{' '}
          <button type="button" class="quiet" onClick={close}>
            {say('dismiss')}
          </button>
        </p>
      )}
      {problem !== '' && <p class="problem">{problem}</p>}
    </div>
  )
}
