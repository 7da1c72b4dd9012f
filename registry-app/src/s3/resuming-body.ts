import type { S3Bucket, S3Call, S3Opened } from './bucket.ts'
import { GaveWay } from './download/failures.ts'
import { S3Error } from './errors.ts'

/** Which bytes of which object a body is. */
export interface Resumable {
  first: number
  last: number
  /** Absent where the store gives none: then nothing tells that the object is still the same, and nothing is resumed. */
  etag: string | undefined
}

/** Connections that broke in a row without a byte before the body is given up. */
const patience = 3

/**
 * A body whose connection may break: it is then asked for again from the byte where it broke, if the object is still the same (RFC 9110, 13.1.1).
 *
 * @throws S3Error if the rest is not to be had
 */
export function resumingBody(bucket: S3Bucket, call: S3Call, opened: S3Opened, { first, last, etag }: Resumable) {
  let current = opened
  let givenUp = false

  async function* body(): AsyncGenerator<Uint8Array> {
    let position = first
    let inVain = 0
    for (;;) {
      const begun = position
      try {
        for await (const piece of current.body) {
          position += piece.length
          yield piece
        }
        if (position === last + 1) return
        throw bucket.error(call, current, `the body has ${position - first} bytes, not ${last + 1 - first}`)
      } catch (error) {
        if (givenUp || etag === undefined || !(error instanceof S3Error)) throw error
        if (!hasGivenWay(error)) inVain = position > begun ? 0 : inVain + 1
        if (inVain >= patience || !(error.retry || hasGivenWay(error))) throw error
        if (position === last + 1) return
        current = await reopen(position, etag, error)
        if (givenUp) {
          current.close()
          throw error
        }
      }
    }
  }

  async function reopen(position: number, etag: string, after: S3Error): Promise<S3Opened> {
    const again = await bucket.open({
      ...call,
      headers: { range: `bytes=${position}-${last}`, 'if-match': etag },
      expects: () => false,
      // Where nothing went wrong, nothing is tried again.
      ...(hasGivenWay(after) ? {} : { after }),
    })
    if (again.status === 206 && String(again.headers['content-range']).startsWith(`bytes ${position}-${last}/`)) return again
    again.close()
    throw after
  }

  const close = () => {
    givenUp = true
    current.close()
  }
  return { body: body(), close }
}

const hasGivenWay = ({ cause }: S3Error) => cause instanceof GaveWay
