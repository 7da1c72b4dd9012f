import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

/** What is asked for, and shown, once somebody opens it. */
export function Folded({ title, open = false, children }: { title: string; open?: boolean; children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(open)
  return (
    <section>
      <details open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <h2>{title}</h2>
        </summary>
        {isOpen && children}
      </details>
    </section>
  )
}
