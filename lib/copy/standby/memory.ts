import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { ImageTarget } from '../../registry-client/ports.ts'
import type { Memory } from '../plan.ts'

export interface StandbyMemory extends Memory {
  /** Images of which it is not known that the target has them as they are. */
  readonly pending: number
  /** A pass has ended. @param whole it has seen all that the source has */
  passed(whole: boolean): void
}

interface Known {
  readonly digest: Digest
  /** When it was copied, if this process did that, and when the target was looked at last. Milliseconds. */
  readonly copied: number
  readonly checked: number
  /** The pass that saw it last. */
  pass: number
}

/** Signatures follow an image by minutes: for so long what refers to it is looked for each time. Milliseconds. */
const fresh = 15 * 60_000

/**
 * What a standby has seen. It only saves requests: whatever it forgets, or never knew, is compared again.
 *
 * @param recheck how long the target is believed to have what it had. Milliseconds
 */
export function standbyMemory(recheck: number, now: () => number): StandbyMemory {
  const known = new Map<string, Known>()
  const pending = new Map<string, number>()
  let doomed = new Set<string>()
  let doomedNow = new Set<string>()
  let pass = 0
  const keyOf = ({ title }: ImageTarget, tag: string) => `${title}:${tag}`

  return {
    get pending() {
      return pending.size
    },

    isSettled(target, tag, digest) {
      const key = keyOf(target, tag)
      const found = known.get(key)
      if (found) found.pass = pass
      if (found?.digest === digest && now() - found.checked < recheck && now() - found.copied >= fresh) return true
      if (found?.digest !== digest) pending.set(key, pass)
      return false
    },

    settled(target, tag, digest, changed) {
      const key = keyOf(target, tag)
      const before = known.get(key)
      const copied = changed ? now() : before?.digest === digest ? before.copied : Number.NEGATIVE_INFINITY
      known.set(key, { digest, copied, checked: now(), pass })
      pending.delete(key)
    },

    failed(target, tag) {
      known.delete(keyOf(target, tag))
      pending.set(keyOf(target, tag), pass)
    },

    confirmed(target, tags) {
      const keys = new Map(tags.map(tag => [keyOf(target, tag), tag]))
      for (const key of keys.keys()) doomedNow.add(key)
      return [...keys].filter(([key]) => doomed.has(key)).map(([, tag]) => tag)
    },

    passed(whole) {
      // Two lists that say the same, one after the other: a source that has lost its mind for a moment takes nothing along.
      ;[doomed, doomedNow] = [doomedNow, new Set()]
      if (whole) {
        for (const [key, each] of known) if (each.pass !== pass) known.delete(key)
        for (const [key, seen] of pending) if (seen !== pass) pending.delete(key)
      }
      pass += 1
    },
  }
}
