import type { Pool } from 'undici'
import { arrivingBody } from './arriving-body.ts'
import { Silence } from './download/failures.ts'
import type { WireAnswer, WireRequest } from './transport.ts'

/** One request of a pool of undici's. @param over told when the connection has nothing more to do for it, perhaps more than once */
export function undiciExchange(pool: Pool, request: WireRequest, over: () => void): Promise<WireAnswer> {
  const { method, path, headers, body, startTimeout, answerTimeout, signal } = request
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined
    let givenUp: { reason: Error } | undefined
    const giveUp = (reason: Error) => {
      givenUp = { reason }
      abort?.(reason)
      reject(reason)
      ended()
    }
    const onAbort = () => giveUp(signal?.reason)
    const ended = () => {
      clearTimeout(waiting)
      signal?.removeEventListener('abort', onAbort)
      over()
    }
    let arriving: ReturnType<typeof arrivingBody> | undefined

    const waiting = setTimeout(() => giveUp(new Silence('no connection could be had', startTimeout)), startTimeout)
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })

    const length = body.reduce((sum, { length }) => sum + length, 0)
    pool.dispatch(
      {
        method,
        path,
        headers: length > 0 || method === 'PUT' || method === 'POST' ? { ...headers, 'content-length': String(length) } : headers,
        // Written piece by piece, `answerTimeout` begins with the last one that the store took. Undici takes iterables; its types forgot them.
        body: length > 0 ? (pieces(request) as unknown as Uint8Array) : null,
        headersTimeout: answerTimeout,
        // Undici would close the connection after every HEAD, for servers that send a body there.
        reset: false,
      },
      {
        onRequestStart(controller) {
          clearTimeout(waiting)
          abort = reason => controller.abort(reason)
          if (givenUp) controller.abort(givenUp.reason)
        },
        onResponseStart(controller, status, headers) {
          if (status < 200) return
          arriving = arrivingBody({
            pause: () => controller.pause(),
            resume: () => controller.resume(),
            abandon: () => controller.abort(new Error('the answer is not wanted any more')),
          })
          resolve({ status, headers, body: arriving, close: arriving.close })
        },
        onResponseData(_, piece) {
          arriving?.push(piece)
        },
        onResponseEnd() {
          ended()
          arriving?.end()
        },
        onResponseError(_, error) {
          ended()
          arriving?.fail(error)
          reject(error)
        },
      },
    )
  })
}

/** Small enough that a slow line takes one within the time that it has. */
const pieceSize = 1024 * 1024

function* pieces({ body, moved }: WireRequest): Iterable<Uint8Array> {
  for (const buffer of body) {
    for (let at = 0; at < buffer.length; at += pieceSize) {
      yield buffer.subarray(at, at + pieceSize)
      moved?.()
    }
  }
}
