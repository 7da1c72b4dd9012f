import { isUnavailable } from '../driver.ts'
import type { Tally } from '../tally.ts'

/**
 * One read for all who ask for the same thing at the same time.
 *
 * Whoever asks while a read is under way shares the next one, which begins when that one has ended: what he gets is never older than his question.
 * An answer that was on its way before might not know of a write that was acknowledged since.
 *
 * @param nameOf what makes two reads the same
 * @param tally told who shares a read that somebody else has asked for already
 */
export function sharedReads<Wanted, Value>(
  read: (wanted: Wanted) => Promise<Value>,
  nameOf: (wanted: Wanted) => string,
  tally?: Tally,
): (wanted: Wanted) => Promise<Value> {
  const underWay = new Map<string, { running: Promise<Value>; next: Promise<Value> | undefined }>()

  function start(wanted: Wanted, name: string): Promise<Value> {
    const running = read(wanted).finally(() => {
      if (underWay.get(name)?.running === running) underWay.delete(name)
    })
    underWay.set(name, { running, next: undefined })
    return running
  }

  return wanted => {
    const name = nameOf(wanted)
    const current = underWay.get(name)
    if (current?.next) tally?.hit()
    else tally?.miss()
    if (!current) return start(wanted, name)
    current.next ??= current.running.then(
      () => start(wanted, name),
      // A store that nobody could reach all the while is not waited for twice.
      error => (isUnavailable(error) ? Promise.reject(error) : start(wanted, name)),
    )
    return current.next
  }
}
