import { isUnavailable } from '../driver.ts'
import type { Tally } from '../tally.ts'

/**
 * One read for all who ask for the same thing at the same time.
 *
 * Whoever asks while a read is under way shares the next one, which begins when that one has ended: what he gets is never older than his question.
 * An answer that was on its way before might not know of a write that was acknowledged since.
 *
 * @param tally told who shares a read that somebody else has asked for already
 */
export function sharedReads<Value>(read: (key: string) => Promise<Value>, tally?: Tally): (key: string) => Promise<Value> {
  const underWay = new Map<string, { running: Promise<Value>; next: Promise<Value> | undefined }>()

  function start(key: string): Promise<Value> {
    const running = read(key).finally(() => {
      if (underWay.get(key)?.running === running) underWay.delete(key)
    })
    underWay.set(key, { running, next: undefined })
    return running
  }

  return key => {
    const current = underWay.get(key)
    if (current?.next) tally?.hit()
    else tally?.miss()
    if (!current) return start(key)
    current.next ??= current.running.then(
      () => start(key),
      // A store that nobody could reach all the while is not waited for twice.
      error => (isUnavailable(error) ? Promise.reject(error) : start(key)),
    )
    return current.next
  }
}
