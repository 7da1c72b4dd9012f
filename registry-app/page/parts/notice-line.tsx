import { useState } from 'preact/hooks'
import { useSay } from '../text/words.ts'
import { asApiError } from '../use-load.ts'
import { explain } from './states.tsx'

export interface Notice {
  readonly text: string
  /** Absent: it cannot be taken back. */
  readonly undo: (() => Promise<void>) | undefined
}

/** What was done last, and a way back. */
export function NoticeLine({ notice, close, undone }: { notice: Notice | undefined; close: () => void; undone: () => void }) {
  const say = useSay()
  const [problem, setProblem] = useState('')
  const undo = notice?.undo
  async function takeBack() {
    try {
      await undo?.()
      setProblem('')
      close()
      undone()
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
