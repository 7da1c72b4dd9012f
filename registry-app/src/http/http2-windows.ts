import type { Http2Session } from 'node:http2'

/**
 * What a client may send before we have taken it, for a stream and for the connection. Node's 64 KB are what a line carries in 50 ms at 1.3 MB/s;
 * 16 MiB are 320. Bytes.
 */
export const windowSize = 16 * 1024 * 1024

/** What every line can be given. Bytes. */
const smallest = 64 * 1024

/** What all bodies together may send ahead, when the storage is slower than the line. Bytes. */
const budget = 256 * 1024 * 1024

export interface Windows {
  /** A body begins on its way in. @returns to be called at its end */
  open(): () => void
  /** Called now and then: where there are few bodies again, each may have more. */
  relax(): void
  /** A connection that has just begun. */
  greet(session: Http2Session): void
}

/**
 * Gives each body the largest window, as long as there are few: Node takes in what a window allows, and holds it until it is wanted.
 *
 * @param sessions all that are open
 */
export function createWindows(sessions: () => Iterable<Http2Session>): Windows {
  let bodies = 0
  let size = windowSize

  /** RFC 9113, section 6.9.2: a new initial size changes the windows of streams that are open. */
  const give = (next: number) => {
    size = next
    for (const session of sessions()) if (!session.destroyed) session.settings({ initialWindowSize: size })
  }
  return {
    open() {
      bodies += 1
      const fair = share(bodies)
      if (fair < size) give(fair)
      return () => {
        bodies -= 1
      }
    },
    relax() {
      if (share(bodies) > size) give(share(bodies))
    },
    greet(session) {
      session.setLocalWindowSize(windowSize)
      if (size !== windowSize) session.settings({ initialWindowSize: size })
    },
  }
}

/** By powers of two, so that it seldom changes. */
function share(bodies: number): number {
  let size = windowSize
  while (size > smallest && size * bodies > budget) size /= 2
  return size
}
