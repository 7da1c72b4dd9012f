import { type InLine, lineUp } from '../../concurrency/line-up.ts'

/** Room for the parts of uploads, in bytes. Nobody takes any of it but by asking here first. */
export interface PartRoom {
  readonly inside: number
  /** How many wait. */
  readonly waiting: number
  /**
   * Lets in who holds nothing, in the order of asking; who has room, and will not grow, passes those who wait for the third alone. Rejects with the
   * signal's reason when that is aborted.
   *
   * @param willGrow it is the first of more: see `partRoom`
   */
  enter(bytes: number, options: { willGrow: boolean; signal?: AbortSignal | undefined }): Promise<void>
  /** One who is in, and wants to keep what it has while it takes more. */
  grower(giveBack: () => void): Grower
  /** So much of what is inside is on its way out. */
  leaving(bytes: number): void
  /** @param wasLeaving whether that was said before */
  leave(bytes: number, wasLeaving: boolean): void
}

export interface Grower {
  /**
   * Before those who wait to enter; and waits, while there is something on its way out that it can wait for.
   *
   * @returns whether it was let in. If not, it should have what it holds leave.
   */
  grow(bytes: number, signal?: AbortSignal): Promise<boolean>
  /** It will not grow any more, and need not be asked to give anything back. */
  end(): void
}

interface Wish {
  readonly bytes: number
  readonly willGrow: boolean
}

interface Growing {
  /** Since the last time that was looked. */
  moved: boolean
  readonly giveBack: () => void
}

/** While something is on its way to a store that is slow, so many times the patience. */
const slowStore = 10

/**
 * Room for up to `limit` bytes; what is larger than all of it is let in when nobody else is.
 *
 * Who will grow is let in while a third is enough for all that is not on its way out; the rest is for growing. Otherwise many that came at once would all
 * begin, fill the room with beginnings, and none could be held to its end.
 *
 * @param patience milliseconds. While somebody waits: who holds something and did not grow for so long is asked to give it back; and if nobody came in for so
 * long (or ten times so long, while the store is busy), those who will grow come in while there is any room at all: the third may be taken by clients that are slow.
 */
export function partRoom(limit: number, patience: number): PartRoom {
  const entering: InLine<Wish, void>[] = []
  const growing: InLine<{ bytes: number; grower: Growing }, boolean>[] = []
  const growers = new Set<Growing>()
  let inside = 0
  let leaving = 0
  /** Whole times of patience in which nobody came in within the third; -1: somebody did in the one that runs. */
  let quietFor = 0
  let watch: ReturnType<typeof setInterval> | undefined

  const fits = (bytes: number) => inside === 0 || inside + bytes <= limit
  const fitsToGrow = (bytes: number) => inside === leaving || inside - leaving + bytes <= limit / 3
  const isStuck = () => quietFor >= (leaving > 0 ? slowStore : 1)
  const mayEnter = ({ bytes, willGrow }: Wish) => fits(bytes) && (!willGrow || fitsToGrow(bytes) || isStuck())

  const enter = ({ bytes, willGrow }: Wish) => {
    if (willGrow && fitsToGrow(bytes)) quietFor = -1
    inside += bytes
  }

  const waits = (grower: Growing) => growing.some(place => place.grower === grower)

  /** Without anybody having to give anything back: something leaves, or somebody who grows may come to his end. */
  const willBeRoom = (except?: Growing) => leaving > 0 || [...growers].some(grower => grower !== except && !waits(grower))

  /** @returns whether nobody waits for that any more */
  const letGrow = (): boolean => {
    for (let next = growing[0]; next; next = growing[0]) {
      const isIn = fits(next.bytes)
      if (!isIn && willBeRoom()) return false
      growing.shift()
      if (isIn) inside += next.bytes
      next.answer(isIn)
      // What it holds leaves now, and the others can wait for that.
      if (!isIn) return false
    }
    return true
  }

  const letEnter = () => {
    for (const next of [...entering]) {
      if (!fits(next.bytes)) return
      // Who is kept out by the third alone keeps nobody out who will not grow.
      if (!mayEnter(next)) continue
      entering.splice(entering.indexOf(next), 1)
      enter(next)
      next.answer()
    }
  }

  const admit = () => {
    if (letGrow()) letEnter()
    look()
  }

  const tick = () => {
    for (const grower of growers) {
      if (waits(grower)) continue
      if (!grower.moved) {
        growers.delete(grower)
        grower.giveBack()
      }
      grower.moved = false
    }
    quietFor += 1
    admit()
  }

  /** Only while somebody waits. */
  const look = () => {
    if (entering.length + growing.length > 0) {
      watch ??= setInterval(tick, patience).unref()
    } else if (watch) {
      clearInterval(watch)
      watch = undefined
    }
  }

  return {
    get inside() {
      return inside
    },
    get waiting() {
      return entering.length + growing.length
    },

    async enter(bytes, { willGrow, signal }) {
      signal?.throwIfAborted()
      const isIn = lineUp(entering, { bytes, willGrow }, signal, admit)
      admit()
      await isIn
    },

    grower(giveBack) {
      const grower = { moved: true, giveBack }
      growers.add(grower)
      return {
        async grow(bytes, signal) {
          signal?.throwIfAborted()
          grower.moved = true
          if (growing.length === 0 && fits(bytes)) {
            inside += bytes
            return true
          }
          if (!willBeRoom(grower)) return false
          const isIn = lineUp(growing, { bytes, grower }, signal, admit)
          look()
          return isIn
        },
        end: () => void growers.delete(grower),
      }
    },

    leaving(bytes) {
      leaving += bytes
      admit()
    },

    leave(bytes, wasLeaving) {
      inside -= bytes
      if (wasLeaving) leaving -= bytes
      admit()
    },
  }
}
