import type { HttpResponse } from './messages.ts'
import { ClientGone } from './request-body.ts'

/** So many bytes may be on their way to the client where each piece has memory of its own: the kernel takes several by one call. */
const ahead = 512 * 1024

export interface PumpOptions {
  /** Milliseconds without a byte that the client took; 0: no limit. */
  stallTimeout: number
  /**
   * Each piece has memory of its own, so several may be on their way at once. Otherwise each is with the kernel before the next is asked for, which
   * may come in the same memory.
   */
  ownPieces: boolean
  /** Is told how many bytes the kernel was given. */
  passed: { sent: number }
}

/** Writes a body to its end, at the pace of whoever takes it. @throws ClientGone if the client left or stalled, and what the body throws */
export async function pump(
  response: HttpResponse,
  body: AsyncIterable<Uint8Array>,
  { stallTimeout, ownPieces, passed }: PumpOptions,
): Promise<void> {
  const limit = ownPieces ? ahead : 0
  let underWay = 0
  let failure: Error | undefined
  let wake = () => {}

  const left = () => {
    failure ??= new ClientGone('the client left')
    wake()
  }
  const write = (piece: Uint8Array) => {
    underWay += piece.length
    passed.sent += piece.length
    response.write(piece, error => {
      underWay -= piece.length
      if (error) failure ??= new ClientGone('the client left', { cause: error })
      wake()
    })
  }

  if (stallTimeout > 0) {
    response.setTimeout(stallTimeout, () => response.destroy(new ClientGone(`the client took nothing for ${stallTimeout} ms`)))
  }
  response.on('close', left)
  try {
    for await (const piece of body) {
      if (response.destroyed) left()
      else write(piece)
      while (underWay > limit && !failure) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
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
