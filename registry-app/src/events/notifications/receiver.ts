import type { OutgoingHttpHeaders } from 'node:http'
import { eventsMediaType } from './envelope.ts'

/** Somebody who is told. */
export interface Receiver {
  /** One attempt. @throws if it is not known that the receiver took it */
  post(body: string, signal: AbortSignal): Promise<void>
  close(): void
}

export interface ReceiverOptions {
  url: string
  /** The values are secrets. */
  headers: Readonly<Record<string, readonly string[]>>
  /** For the whole exchange, in milliseconds. */
  timeout: number
}

/** So much of an answer is read, for the sake of the connection; nobody looks at it. Bytes. */
const answerLimit = 64 * 1024

/** A receiver answered, and did not take the event. */
class NotAccepted extends Error {
  override readonly name = 'NotAccepted'
  readonly status: number

  constructor(status: number) {
    const elsewhere = status >= 300 && status < 400 ? ': no redirect is followed; write the URL that it leads to' : ''
    super(`it answered ${status}${elsewhere}`)
    this.status = status
  }
}

/**
 * A receiver of events by HTTP. What it answers with 2xx, it has taken.
 *
 * Distribution takes 3xx for success and follows redirects, with all headers, to whatever host they name; here they are failures.
 */
export function receiver({ url, headers, timeout }: ReceiverOptions): Receiver {
  // `node:https` is loaded only for a receiver that speaks TLS.
  const { request, Agent } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const always: OutgoingHttpHeaders = { 'content-type': eventsMediaType, 'user-agent': 'bucket-registry' }
  for (const [name, values] of Object.entries(headers)) always[name.toLowerCase()] = [...values]

  return {
    post: (body, signal) =>
      new Promise((resolve, reject) => {
        const message = request(url, { method: 'POST', agent, headers: { ...always, 'content-length': Buffer.byteLength(body) } })
        const late = () => message.destroy(new Error(`it did not answer within ${timeout} ms`))
        const stopped = () => message.destroy(new Error('the registry stops'))
        const timer = setTimeout(late, timeout)
        signal.addEventListener('abort', stopped, { once: true })
        message.once('close', () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', stopped)
        })
        message.on('error', reject)
        message.once('response', response => {
          const { statusCode = 0 } = response
          let read = 0
          response.on('data', (piece: Buffer) => {
            read += piece.length
            if (read > answerLimit) response.destroy()
          })
          // The status is known: how the rest of the answer ends does not matter.
          response.on('error', () => {})
          response.once('close', () => (statusCode >= 200 && statusCode < 300 ? resolve() : reject(new NotAccepted(statusCode))))
        })
        if (signal.aborted) stopped()
        else message.end(body)
      }),
    close: () => agent.destroy(),
  }
}
