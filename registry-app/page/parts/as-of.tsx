import { useEffect } from 'preact/hooks'
import { time } from '../format.ts'
import { useLocale, useSay } from '../text/words.ts'

interface AsOfProps {
  asOf?: string | undefined
  building: boolean
  problem?: 'too-large' | 'failed' | undefined
  reload: () => void
}

/** How old the figures are, and what becomes of them; looks again while they are being made. */
export function AsOf({ asOf, building, problem, reload }: AsOfProps) {
  const say = useSay()
  const locale = useLocale()
  useEffect(() => {
    if (!building) return
    const timer = setInterval(reload, 2000)
    return () => clearInterval(timer)
  }, [building, reload])
  const words = [
    asOf !== undefined && say('asOf', { time: time(asOf, locale) }),
    building && say('building'),
    problem && say(problemWords[problem]),
  ]
  return <p class="muted as-of">{words.filter(Boolean).join(' · ')}</p>
}

const problemWords = { 'too-large': 'tooLarge', failed: 'summaryFailed' } as const
