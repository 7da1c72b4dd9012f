import { useLocale, useSay } from '../text/words.ts'

interface PagerProps {
  from: number
  shown: number
  total: number
  size: number
  go: (from: number) => void
}

export function Pager({ from, shown, total, size, go }: PagerProps) {
  const say = useSay()
  const locale = useLocale()
  if (total <= size && from === 0) return null
  const number = (value: number) => value.toLocaleString(locale)
  return (
    <div class="pager">
      <button type="button" disabled={from === 0} onClick={() => go(Math.max(0, from - size))}>
        {say('previous')}
      </button>
      <span role="status">{say('range', { from: number(Math.min(from + 1, total)), to: number(from + shown), total: number(total) })}</span>
      <button type="button" disabled={from + shown >= total} onClick={() => go(from + size)}>
        {say('next')}
      </button>
    </div>
  )
}
