import { clientLeft } from './access-log.ts'
import type { HttpResponse } from './messages.ts'
import { ClientGone } from './request-body.ts'

export interface PumpOptions {
  /** Milliseconds without a byte that the client took; 0: no limit. */
  stallTimeout: number
  /** Is told how many bytes the kernel was given. */
  passed: { sent: number }
}

/**
 * Writes a body to its end, at the pace of whoever takes it. Each piece is with the kernel before the next is asked for, which may come in the same
 * memory.
 *
 * @throws ClientGone if the client left or stalled, and what the body throws
 */
export async function pump(response: HttpResponse, body: AsyncIterable<Uint8Array>, { stallTimeout, passed }: PumpOptions): Promise<void> {
  let failure: Error | undefined
  let wake = () => {}

  const left = () => {
    failure ??= new ClientGone('the client left')
    wake()
  }
  const write = (piece: Uint8Array) =>
    new Promise<void>(resolve => {
      wake = resolve
      passed.sent += piece.length
      response.write(piece, error => {
        if (error) failure ??= new ClientGone('the client left', { cause: error })
        resolve()
      })
    })

  giveUpWhenStalled(response, stallTimeout)
  response.on('close', left)
  try {
    for await (const piece of body) {
      if (response.destroyed) left()
      else await write(piece)
      if (failure) throw failure
    }
    response.end()
  } catch (error) {
    // The status is sent: only a broken connection tells the client that this is not the whole.
    response.destroy()
    throw error
  } finally {
    response.off('close', left)
  }
}

/** @param stallTimeout milliseconds in which the client has to take something; 0: no limit */
export function giveUpWhenStalled(response: HttpResponse, stallTimeout: number): void {
  if (stallTimeout === 0) return
  response.setTimeout(stallTimeout, () => {
    // Node takes one that was given to it whole for sent, also where it is cut off.
    response.statusCode = clientLeft
    response.destroy(new ClientGone(`the client took nothing for ${stallTimeout} ms`))
  })
  // By HTTP/1.1 it is the connection's. Node sets another one for the next request, but not where `http.timeouts.idle` is 0.
  const { socket } = response
  if (response.req.httpVersionMajor < 2) response.prependListener('finish', () => socket?.setTimeout?.(0))
}
