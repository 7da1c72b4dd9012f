import type { RequestBody } from '../api/context.ts'
import type { Precedence } from '../concurrency/precedence.ts'
import type { HttpRequest } from './messages.ts'
import type { Slabs } from './slabs.ts'

/** The client went away, or sent nothing for too long. Nobody is there to hear of it. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

export interface BodyOptions {
  /** Milliseconds without a byte, while we are ready for one; 0 for no limit. A slow push that moves lives for hours. */
  stallTimeout: number
  slabs: Slabs
  /** Among all bodies. */
  order: Precedence
  /** Called when somebody wants the body. */
  begin: () => void
  /** Is told how many bytes came. */
  passed: { received: number }
}

/** The body of a request: read at the pace of whoever stores it, given up when the client stalls. */
export function requestBody(request: HttpRequest, options: BodyOptions): RequestBody {
  const length = request.headers['content-length']
  const chunked = request.headers['transfer-encoding'] !== undefined
  const size = length === undefined ? undefined : Number(length)
  let hurried = false
  return {
    size,
    empty: !chunked && (size === undefined || size === 0),
    pieces: piecesOf(request, size, () => hurried, options),
    hurry() {
      hurried = true
    },
  }
}

/**
 * Gathers what the socket brings in slabs, one of which is filled while another is stored. Copying costs a fifth of what each small piece would
 * cost on its way through hash and storage.
 */
async function* piecesOf(
  request: HttpRequest,
  size: number | undefined,
  isHurried: () => boolean,
  { stallTimeout, slabs, order, begin, passed }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  begin()
  const place = order.join()
  const full: Buffer[] = []
  // Without a length, the first slab is small: docker sends small blobs so too.
  let slab = slabs.take(size ?? 0)
  let used = 0
  // By HTTP/2 a piece is a view of a read buffer that Node goes on using: its memory is not ours to free.
  const ownMemory = request.httpVersionMajor < 2
  let over = false
  let failure: Error | undefined
  let silent = false
  let givesWay = false
  let closed = false
  let wake = () => {}

  const timer = stallTimeout > 0 ? setInterval(look, stallTimeout / 2) : undefined
  let looks = 0
  /** Looks twice per limit, rather than setting a timer for each piece. */
  function look() {
    if (isHurried() && ++looks > 2)
      fail(new ClientGone(`the client took more than ${stallTimeout} ms for all of a body that has to be quick`))
    const ready = full.length === 0 && !over && !givesWay
    if (ready && silent) fail(new ClientGone(`the client sent nothing for ${stallTimeout} ms`))
    silent = ready
  }

  const take = (piece: Buffer) => {
    silent = false
    place.worked()
    passed.received += piece.length
    for (let rest = piece; rest.length > 0; ) {
      const copied = rest.copy(slab, used)
      used += copied
      rest = rest.subarray(copied)
      if (used < slab.length) continue
      full.push(slab)
      slab = slabs.take(Number.POSITIVE_INFINITY)
      used = 0
    }
    if (ownMemory) release(piece)
    if (full.length === 0) return
    request.pause()
    wake()
  }
  /** The others' turn first, if they came earlier. A body of one slab never gets here, and one that has to be quick waits for nobody. */
  const readOn = async () => {
    const others = isHurried() ? undefined : place.giveWay()
    givesWay = others !== undefined
    if (others) await others
    givesWay = false
    if (!closed) request.resume()
  }
  const end = () => {
    over = true
    wake()
  }
  const fail = (error: Error) => {
    failure ??= error
    wake()
  }
  const close = () => {
    if (!request.complete) fail(new ClientGone('the client left in the middle of the body'))
  }
  const broken = (cause: Error) => fail(new ClientGone('the client left in the middle of the body', { cause }))

  if (request.destroyed && !request.complete) close()
  request.on('data', take).once('end', end).once('error', broken).once('close', close)
  try {
    for (;;) {
      const piece = full.shift()
      if (piece) {
        if (full.length === 0) void readOn()
        yield piece
        slabs.give(piece)
      } else if (failure) {
        throw failure
      } else if (over) {
        if (used > 0) yield slab.subarray(0, used)
        return
      } else {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    }
  } finally {
    closed = true
    place.leave()
    clearInterval(timer)
    request.off('data', take).off('end', end).off('error', broken).off('close', close)
    for (const rest of [slab, ...full]) slabs.give(rest)
    if (failure) request.destroy()
  }
}

/**
 * Frees the memory of a piece that has been copied, now. Left to the garbage collector, 64 KB for each read of the socket keep it marking on the
 * side all the time: a sixth of the CPU of a push.
 */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
