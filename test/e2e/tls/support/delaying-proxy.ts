import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { atTheEnd } from '../../support/at-the-end.ts'

/** A line to somewhere far away: each byte arrives so many milliseconds after it was sent, in either direction; as many as come are on their way at once. */
export async function delayingProxy(port: number, oneWay: number): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer(async near => {
    open.add(near)
    near.on('error', () => far.destroy())
    near.pause()
    const far = connect({ host: '127.0.0.1', port })
    open.add(far)
    far.on('error', () => near.destroy())
    // A line has its own round trip before the first byte.
    await sleep(2 * oneWay)
    pass(near, far, oneWay)
    pass(far, near, oneWay)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atTheEnd(async () => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function pass(from: Socket, to: Socket, delay: number): void {
  from.on('data', piece => setTimeout(() => to.write(piece), delay))
  from.on('end', () => setTimeout(() => to.end(), delay))
  from.resume()
}
