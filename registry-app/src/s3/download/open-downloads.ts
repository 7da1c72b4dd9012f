import type { TransportOptions, WireAnswer, WireRequest } from '../transport.ts'
import { type DownloadConnection, downloadConnection } from './connection.ts'
import { dialer } from './dial.ts'
import { requestHead } from './request-head.ts'
import { createSlabs } from './slabs.ts'

export interface Downloads {
  /** @param ended told once, when the connection has nothing more to do for it */
  exchange(request: WireRequest, ended: () => void): Promise<WireAnswer>
  /** Has up to so many downloads give up their connections whose readers have held them back since this was called last. */
  giveWay(most: number): void
  /** Lets what is under way finish. */
  close(): Promise<void>
}

/**
 * HTTP/1.1 for the bytes of objects: what the kernel has goes into large memory that is used again, and from there to the client. A client for
 * everything, such as undici, makes an object of each small read, and copies it once more: more than twice the CPU for each byte, and three times the memory.
 */
export function openDownloads(options: Omit<TransportOptions, 'connections'>): Downloads {
  const { origin, timeouts } = options
  const dial = dialer(options)
  const { host } = new URL(origin)
  const slabs = createSlabs()
  const connections = new Set<DownloadConnection>()
  const idle: DownloadConnection[] = []
  let closed: PromiseWithResolvers<void> | undefined

  function open(): DownloadConnection {
    const connection = downloadConnection({ dial, slabs, timeouts, gone })
    function gone() {
      connections.delete(connection)
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
      if (connections.size === 0) closed?.resolve()
    }
    connections.add(connection)
    return connection
  }

  return {
    async exchange(request, ended) {
      // Its listener would never hear of it, and nobody read what came.
      request.signal?.throwIfAborted()
      const head = requestHead(`GET ${request.path} HTTP/1.1`, { ...request.headers, host })
      const connection = idle.pop() ?? open()
      return connection.ask(head, request, usable => {
        if (usable && !closed) idle.push(connection)
        else connection.destroy()
        ended()
      })
    },
    giveWay(most) {
      let left = most
      for (const connection of [...connections]) if (left > 0 && connection.giveWay()) left -= 1
    },
    close() {
      closed ??= Promise.withResolvers()
      if (connections.size === 0) closed.resolve()
      for (const connection of idle) connection.destroy()
      return closed.promise
    },
  }
}
