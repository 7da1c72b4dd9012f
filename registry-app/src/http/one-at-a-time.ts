import type { Listener } from './messages.ts'

/** So many further requests may wait on one connection. Programs that send any ahead send a few. */
const mostWaiting = 32

interface Connection {
  readonly destroyed: boolean
  /** Nothing more goes out: what was answered last closes it. */
  readonly writableEnded: boolean
  destroy(): unknown
}

/**
 * Begins with a request of a connection when the one before it has been answered (HTTP/1.1; RFC 9112, section 9.3.2).
 *
 * Its answer cannot be sent earlier, and Node would begin with all that came in one packet: some hundred answers would wait in memory, each with a connection
 * to the storage, and would never end where their client leaves, since Node tells that to the first of them alone.
 */
export function oneAtATime(listener: Listener): Listener {
  const waiting = new WeakMap<object, (() => void)[]>()

  return (request, response) => {
    const connection = request.socket as Connection
    const behind = waiting.get(connection)
    const begin = () => {
      response.on('close', () => next(connection))
      listener(request, response)
    }
    if (!behind) {
      waiting.set(connection, [])
      begin()
    } else if (behind.length < mostWaiting) behind.push(begin)
    else connection.destroy()
  }

  function next(connection: Connection): void {
    const begin = connection.destroyed || connection.writableEnded ? undefined : waiting.get(connection)?.shift()
    if (begin) begin()
    else waiting.delete(connection)
  }
}
