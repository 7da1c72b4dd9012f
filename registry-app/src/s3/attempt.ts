import { answerError, errorCode } from './answer-error.ts'
import { dateField, field } from './answer-fields.ts'
import type { S3Call, S3Opened } from './bucket.ts'
import { connectionError } from './connection-error.ts'
import type { Credentials } from './credentials.ts'
import { encodeQuery } from './encode-query.ts'
import type { Endpoint } from './endpoint.ts'
import { S3Error } from './errors.ts'
import type { HeardTime } from './heard-time.ts'
import type { Identity } from './identity.ts'
import type { S3Options, Timeouts } from './options.ts'
import { payloadOf } from './payload.ts'
import { readText } from './read-text.ts'
import type { Attempt } from './retries.ts'
import type { Signer, UnsignedRequest } from './signer.ts'
import type { Transport, WireAnswer } from './transport.ts'

/** What every request of a bucket goes through. */
export interface Connection {
  bucket: string
  region: string
  userAgent: string
  endpoint: Endpoint
  transport: Transport
  timeouts: Pick<Timeouts, 'answer' | 'slowAnswer'>
  identity: () => Promise<Identity>
  now: () => Date
  /** Milliseconds that never go back. */
  clock: () => number
  observe: S3Options['observe']
  hear: HeardTime['hear']
}

/** One HTTP request, signed as of now, and its answer. @throws S3Error if it is a failure that the call does not expect, or there is none */
export async function attempt(connection: Connection, call: S3Call, { number, patience, moved }: Attempt): Promise<S3Opened> {
  const { endpoint, transport, timeouts, clock } = connection
  const { operation, method, key, query = {}, headers = {}, body = [], contentSha256, expects, slow, download, signal } = call
  const { credentials, signer, date } = await identityFor(connection, call)
  const path = endpoint.pathOf(key)
  // Version 2 signs no body.
  const payload = signer.version === 'v4' ? payloadOf(body, contentSha256, endpoint.secure) : ''
  const { host, virtualBucket } = endpoint
  const request = { method, host, path, virtualBucket, query, headers, payload }
  const until = call.until
  const signed = until === undefined ? signer.sign(request, credentials, date) : headers
  const search = until === undefined ? encodeQuery(query) : expiring(signer, request, credentials, date, until)

  const begun = clock()
  let observed = false
  const observe = (status: number | undefined, bytesReceived: number) => {
    if (observed) return
    observed = true
    const bytesSent = body.reduce((sum, { length }) => sum + length, 0)
    connection.observe?.({ operation, attempt: number, status, durationMs: clock() - begun, bytesSent, bytesReceived })
  }

  let answer: WireAnswer
  try {
    answer = await transport.exchange({
      method,
      path: search ? `${path}?${search}` : path,
      headers: { 'user-agent': connection.userAgent, ...signed },
      body,
      download,
      startTimeout: patience,
      answerTimeout: slow ? timeouts.slowAnswer : Math.min(timeouts.answer, patience),
      moved,
      signal,
    })
  } catch (error) {
    observe(undefined, 0)
    throw broken(connection, call, error)
  }

  connection.hear(dateField(answer.headers, 'date'), begun, clock())
  const opened = { ...received(connection, call, answer, observe), status: answer.status, headers: answer.headers, repeated: number > 1 }
  if (answer.status >= 200 && answer.status < 300) return { ...opened, code: undefined, text: '' }

  const failed = { status: answer.status, headers: answer.headers, text: await readText(opened.body) }
  const code = errorCode(failed)
  if (expects?.(failed.status, code)) return { ...opened, code, text: failed.text }
  throw answerError(call, { ...connection, now: connection.now() }, failed)
}

/** Signed as of now, or of the second before it expires: what is over must be refused by the store, and not here. */
function expiring(signer: Signer, request: UnsignedRequest, credentials: Credentials, date: Date, until: number): string {
  const from = Math.min(Math.floor(date.getTime() / 1000), until - 1)
  return signer.presign(request, credentials, new Date(from * 1000), until - from)
}

/** A store that nobody can be signed for is as good as away: credentials of a container or an instance come back. */
async function identityFor({ identity, bucket }: Connection, { operation, key }: S3Call): Promise<Identity> {
  try {
    return await identity()
  } catch (cause) {
    if (cause instanceof S3Error) throw cause
    throw new S3Error(cause instanceof Error ? cause.message : String(cause), { operation, bucket, key, unavailable: true }, { cause })
  }
}

/** The body, counted and compared with the length that was promised. */
function received(connection: Connection, call: S3Call, answer: WireAnswer, observe: (status: number, bytes: number) => void) {
  const promised = call.method === 'HEAD' ? undefined : field(answer.headers, 'content-length')
  let bytes = 0

  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of answer.body) {
        bytes += piece.length
        yield piece
      }
    } catch (error) {
      throw broken(connection, call, error)
    } finally {
      observe(answer.status, bytes)
    }
    if (promised !== undefined && bytes !== Number(promised)) {
      throw broken(connection, call, new CutShort(`the body was cut short: ${bytes} of ${promised} bytes came`))
    }
  }

  const close = () => {
    answer.close()
    observe(answer.status, bytes)
  }
  return { body: body(), close }
}

class CutShort extends Error {
  readonly code = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
}

/** What the connection said, as an error of this call; unless it was the caller who had enough. */
function broken({ bucket, endpoint }: Connection, call: S3Call, error: unknown): unknown {
  if (error instanceof S3Error || call.signal?.aborted) return error
  return connectionError(call, bucket, endpoint.host, error)
}
