import type { CacheAnswer } from '../answers.ts'
import { useSay } from '../text/words.ts'

/** Of a repository that is filled from another registry: where it comes from, and what becomes of it. */
export function CacheNote({ cache: { from, keptFor } }: { cache: CacheAnswer }) {
  const say = useSay()
  const day = 86_400_000
  return (
    <p class="muted">
      {from === undefined ? say('cacheOfOther') : say('cacheOf', { from })}{' '}
      {keptFor === 0 ? say('cacheForEver') : say('cacheFor', { days: Math.max(1, Math.round(keptFor / day)) })}
    </p>
  )
}
