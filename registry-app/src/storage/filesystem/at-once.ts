/** What takes longer was not answered from memory, or this process had to wait for its turn. Milliseconds. */
const slow = 1

/** So many slow calls in a row are not by chance. */
const tolerance = 4

/** So many calls go through the thread pool after a slow one, before it is tried again. */
const patience = 1000

/**
 * A call of the file system, made at once on this thread where that is fast, and through the thread pool where it was slow a moment ago.
 *
 * A local file system opens, makes and renames in some 10 µs, from memory; the way through the thread pool and back costs several times that in
 * this thread alone. On a network file system, or while the disk is flooded, a call can take long: then it holds up nobody else.
 *
 * @param clock in milliseconds
 */
export function atOnce<Arguments extends unknown[], Result>(
  direct: (...args: Arguments) => Result,
  pooled: (...args: Arguments) => Promise<Result>,
  clock: () => number = () => performance.now(),
): (...args: Arguments) => Promise<Result> {
  let throughPool = 0
  let slowInARow = 0

  return async (...args) => {
    if (throughPool > 0) {
      throughPool -= 1
      slowInARow = 0
      return pooled(...args)
    }
    const started = clock()
    try {
      return direct(...args)
    } finally {
      slowInARow = clock() - started > slow ? slowInARow + 1 : 0
      if (slowInARow === tolerance) throughPool = patience
    }
  }
}
