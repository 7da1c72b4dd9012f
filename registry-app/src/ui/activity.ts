import { LRUCache } from 'lru-cache'
import type { Happening, Listeners } from '../events/happening.ts'
import type { Name } from '../registry/name.ts'

/** What this process has seen happen since it began: it is younger than any summary. */
export interface Activity {
  readonly listeners: Listeners
  /** The newest first. */
  recent(): readonly Recent[]
  /** When something was pushed here last to a repository, or when it went; milliseconds since 1970. */
  changes(): Iterable<readonly [name: string, change: Change]>
  /** A manifest came from the upstream of a cache. */
  kept(name: Name): void
  /** A repository was deleted as a whole. */
  gone(name: Name): void
}

export interface Recent {
  readonly at: number
  readonly action: 'push' | 'delete'
  readonly name: string
  /** A tag, or a digest where there was none. */
  readonly reference: string
  readonly by: string | undefined
}

export type Change = { readonly at: number; readonly what: 'push' | 'delete' | 'kept' | 'gone' }

const mostRecent = 100
const mostChanged = 10_000

/** @param changed told of each repository in which something was written */
export function activity(now: () => Date, changed: (name: Name) => void): Activity {
  const recent: Recent[] = []
  const changes = new LRUCache<string, Change>({ max: mostChanged })
  const time = () => now().getTime()

  return {
    listeners: {
      writes({ action, object, name, tag, digest }: Happening, { caller }) {
        if (object === 'blob' || (action !== 'push' && action !== 'delete')) return
        changed(name)
        changes.set(name, { at: time(), what: action })
        // What is pushed by its digest is most often a part of what is pushed next.
        if (action === 'push' && tag === undefined) return
        recent.push({ at: time(), action, name, reference: tag ?? digest ?? '', by: caller?.name })
        if (recent.length > mostRecent) recent.shift()
      },
    },
    recent: () => recent.toReversed(),
    changes: () => changes.entries(),
    kept(name) {
      changed(name)
      if (changes.get(name)?.what !== 'push') changes.set(name, { at: time(), what: 'kept' })
    },
    gone(name) {
      changed(name)
      changes.set(name, { at: time(), what: 'gone' })
    },
  }
}
