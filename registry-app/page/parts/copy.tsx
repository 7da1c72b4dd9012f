import { useEffect, useState } from 'preact/hooks'
import { useSay } from '../text/words.ts'

/** @param what said to whoever does not see what it stands beside */
export function Copy({ text, what }: { text: string; what: string }) {
  const say = useSay()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      class="quiet copy"
      aria-label={copied ? say('copied') : say('copyWhat', { what })}
      onClick={() => copy(text).then(setCopied)}
    >
      {say(copied ? 'copied' : 'copy')}
    </button>
  )
}

/** Over plain HTTP browsers have no clipboard for pages: there the text is selected and copied as by hand. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text)
    return true
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'unseen'
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  return copied
}
