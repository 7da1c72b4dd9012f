import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  type SecureClientSessionOptions,
} from 'node:http2'
import { onTestFinished } from 'vitest'
import { authority } from '../../tls/support/certificates.ts'
import type { Answer, Call } from './trial-server.ts'

export interface Http2Client {
  readonly session: ClientHttp2Session
  open(call: Omit<Call, 'body'>, options?: { endStream: boolean }): ClientHttp2Stream
  call(call: Call): Promise<Answer>
}

/** One connection by HTTP/2, closed with the test. */
export async function http2Client(url: string, options: ClientSessionOptions | SecureClientSessionOptions = {}): Promise<Http2Client> {
  const session = connect(url, { ca: authority, servername: 'registry.test', ...options })
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  await once(session, 'connect')

  const open: Http2Client['open'] = ({ method = 'GET', path, headers = {} }, more = { endStream: true }) =>
    session.request({ ':method': method, ':path': path, ...(headers as Record<string, string>) }, more)
  return {
    session,
    open,
    async call({ body, ...head }) {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const stream = open({ ...head, headers: { ...length, ...head.headers } }, { endStream: body === undefined })
      if (body !== undefined) stream.end(body)
      return answerOn(stream)
    },
  }
}

/** @throws what breaks the stream before its answer has ended */
export async function answerOn(stream: ClientHttp2Stream): Promise<Answer> {
  const [headers] = await once(stream, 'response')
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return { status: Number(headers[':status']), headers, body: Buffer.concat(pieces) }
}

/** Resolves when the stream has ended, in whichever way. */
export const closed = (stream: ClientHttp2Stream): Promise<void> =>
  new Promise(resolve => {
    stream.on('error', () => {}).once('close', resolve)
  })
