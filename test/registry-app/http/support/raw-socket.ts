import { once } from 'node:events'
import { type Socket, connect as tcp } from 'node:net'
import { onTestFinished } from 'vitest'

/** A client that sends exactly these bytes, and sees exactly what comes back. */
export interface RawSocket {
  readonly socket: Socket
  send(...pieces: (string | Uint8Array)[]): Promise<void>
  /** All that came, byte for byte. */
  received(): string
  /** Resolves once what came matches. Rejects if the server closes before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with all that came, when the server has closed the connection, in whichever way. */
  readonly closed: Promise<string>
}

export async function openSocket(to: number | string): Promise<RawSocket> {
  const socket = typeof to === 'number' ? tcp({ port: to, host: '127.0.0.1' }) : tcp({ path: to })
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', piece => {
    received += piece
  })
  // A reset is a close too: what came before it counts.
  socket.on('error', () => {})
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(received)))
  await once(socket, 'connect')

  return {
    socket,
    closed,
    received: () => received,
    async send(...pieces) {
      for (const piece of pieces) await new Promise<void>(resolve => socket.write(piece, 'latin1', () => resolve()))
    },
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(received)
          if (found) resolve(found)
        }
        look()
        socket.on('data', look)
        socket.once('close', () => reject(new Error(`closed before ${pattern} came: ${received.slice(0, 1000)}`)))
      }),
  }
}

/** The head of a request, with the empty line after it. */
export const head = (line: string, headers: Readonly<Record<string, string | number>> = {}): string =>
  [`${line} HTTP/1.1`, 'host: registry.test', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
