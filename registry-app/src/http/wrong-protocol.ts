import type { Socket } from 'node:net'
import { lingerTime } from './linger-time.ts'

/** Said to who speaks plain HTTP to a TLS port, and to whoever reads the log. */
export const plainOnTls = (url: string) =>
  `this port speaks HTTPS, and was spoken to in plain HTTP: use ${url} (docker, containerd: take the registry out of the insecure ones)`

/**
 * Said in the log of who speaks TLS to a plain port. The client itself is best served by an answer in plain HTTP: Go's says then that "server gave HTTP
 * response to HTTPS client", and containerd goes on in plain HTTP where it may.
 */
export const tlsOnPlain =
  'a client speaks HTTPS to this port, which serves plain HTTP, as docker does to every registry that is not on localhost: configure http.tls, ' +
  'or put a proxy with TLS before it, or name the registry among the insecure-registries in /etc/docker/daemon.json'

/** Answers plain HTTP on a TLS port, in the words of the API where it was asked. */
export function refusePlainHttp(socket: Socket, sent: Buffer, ownUrl: string | undefined): void {
  const head = sent.toString('latin1')
  const path = /^[A-Z]+ (?:http:\/\/[^/ ]*)?(\/\S*) HTTP\/1\./.exec(head)?.[1] ?? '/'
  const host = /\r\nhost: *([\w.:[\]-]+)\r\n/i.exec(head)?.[1]
  const message = plainOnTls(ownUrl ?? `https://${host ?? '…'}`)
  const ofApi = path === '/v2' || /(^|\/)v2\//.test(path)
  const body = ofApi ? JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message, detail: {} }] }) : `${message}\n`
  const type = ofApi ? 'application/json' : 'text/plain; charset=utf-8'
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
  // A connection that is closed with bytes unread is reset, and the answer lost.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerTime)
  socket.once('close', () => clearTimeout(timer))
}
