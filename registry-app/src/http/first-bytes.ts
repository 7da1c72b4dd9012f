import type { Socket } from 'node:net'

/** As many as are worth waiting for: a TLS record, which a greeting fills at most. */
const most = 16 * 1024 + 5

/**
 * Looks at what a client sends first, and puts it back.
 *
 * @param timeout milliseconds in which it must have come; 0: no limit
 * @param decide is asked with all that came so far, each time there is more; `undefined`: that does not tell yet
 */
export function firstBytes(socket: Socket, timeout: number, decide: (bytes: Buffer) => (() => void) | undefined): void {
  let bytes: Buffer = Buffer.alloc(0)

  const look = () => {
    const more: Buffer | null = socket.read()
    if (more === null) return
    bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more])
    const next = decide(bytes) ?? (bytes.length >= most ? give : undefined)
    if (!next) return
    stop()
    socket.unshift(bytes)
    next()
  }
  const give = () => void socket.destroy()
  const stop = () => {
    clearTimeout(timer)
    socket.off('readable', look).off('end', give).off('error', give)
  }
  const timer = timeout > 0 ? setTimeout(give, timeout) : undefined
  socket
    .on('readable', look)
    .on('end', give)
    .on('error', give)
    .once('close', () => clearTimeout(timer))
}
