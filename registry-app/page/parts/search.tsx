import { useEffect, useRef, useState } from 'preact/hooks'

/** So long nobody has typed before it is searched. Milliseconds. */
const pause = 150

/** Searches as one types; `/` leads here from anywhere in the page. */
export function Search({ label, value, search }: { label: string; value: string; search: (words: string) => void }) {
  const [typed, setTyped] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => search(typed), pause)
    return () => clearTimeout(timer)
  }, [typed])
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog')) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
  return (
    <input
      ref={field}
      class="search"
      type="search"
      aria-label={label}
      placeholder={`${label}  /`}
      value={typed}
      spellcheck={false}
      onInput={event => setTyped(event.currentTarget.value)}
    />
  )
}
