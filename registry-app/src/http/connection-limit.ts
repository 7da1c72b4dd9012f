import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Peer } from './messages.ts'

/**
 * Keeps a server from having more than so many connections. When one more comes, the one that has been open longest with nothing under way on it gives
 * way: otherwise a few thousand clients that never finish their headers would keep everybody out. Where all are at work, the newest is closed.
 *
 * @param atWork who has a request under way: by TLS and HTTP/2, that is told by other objects than the sockets that were accepted
 */
export function limitConnections(server: Server, limit: number, atWork: () => readonly Peer[]): void {
  const open = new Set<Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    if (open.size <= limit) return
    const busy = new Set(atWork().map(identityOf))
    for (const each of open) {
      if (busy.has(identityOf(each))) continue
      open.delete(each)
      each.destroy()
      return
    }
  })
}

/** On a unix socket, which has no addresses, it is the object itself. */
const identityOf = (peer: Peer) => (peer.remotePort === undefined ? peer : `${peer.remoteAddress} ${peer.remotePort}`)
