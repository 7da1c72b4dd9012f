import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Keeps a server from having more than so many connections. When one more comes, the one that has been open longest with nothing under way on it gives
 * way: otherwise a few thousand clients that never finish their headers would keep everybody out. Where all are at work, the newest is closed.
 *
 * @param atWork the sockets with a request under way
 */
export function limitConnections(server: Server, limit: number, atWork: () => ReadonlySet<Socket>): void {
  const open = new Set<Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    if (open.size <= limit) return
    const busy = atWork()
    for (const each of open) {
      if (busy.has(each)) continue
      open.delete(each)
      each.destroy()
      return
    }
  })
}
