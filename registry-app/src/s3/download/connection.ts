import type { WireAnswer, WireRequest } from '../transport.ts'
import { type AnswerHead, answerHead } from './answer-head.ts'
import type { Dial } from './dial.ts'
import { ClosedByStore, GaveWay, HeadTooLong, Silence } from './failures.ts'
import type { Flow, Reader } from './reader.ts'
import { slabBody } from './slab-body.ts'
import type { Slabs } from './slabs.ts'
import { textBody } from './text-body.ts'

/** One connection, for one request after the other. */
export interface DownloadConnection {
  /**
   * @param head of the request, as it goes over the line
   * @param ended told once, when the connection has nothing more to do: whether it can be used again
   * @throws Error with a `code` that `connection-error.ts` knows, or the signal's reason
   */
  ask(head: string, request: WireRequest, ended: (usable: boolean) => void): Promise<WireAnswer>
  /**
   * Gives up an answer whose reader has held it back since this was called last, if the rest of it can be asked for again: its body then throws GaveWay.
   *
   * @returns whether it did
   */
  giveWay(): boolean
  destroy(): void
}

export interface ConnectionOptions {
  dial: Dial
  slabs: Slabs
  /** Milliseconds. */
  timeouts: { connect: number; stall: number }
  /** Told when it has closed. */
  gone: () => void
}

/** As much as undici and Node.js take. Bytes. */
const longestHead = 16 * 1024

/** Heads come here, whichever connection brings them: each is looked at before the next can come. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

export function downloadConnection({ dial, slabs, timeouts, gone }: ConnectionOptions): DownloadConnection {
  /** Nothing may come that was not asked for. */
  const nobody: Reader = { room: () => scratch, took: () => !socket.destroy(), over: () => {} }
  let reader = nobody
  let ended: ((usable: boolean) => void) | undefined
  /** What it means if nothing comes for too long; while nothing is asked, that it has lain idle. */
  let silence: ((milliseconds: number) => Error) | undefined
  let standing = false
  let stands = () => {}
  /** Whether somebody reads something that can be asked for again, and holds it back; and whether that was so when it was looked at last. */
  let resumable = false
  let heldBack: 'no' | 'now' | 'long' = 'no'

  const limit = (milliseconds: number, meaning: typeof silence) => {
    silence = meaning
    socket.setTimeout(milliseconds)
  }
  const end = (usable: boolean) => {
    const tell = ended
    ended = undefined
    reader = nobody
    heldBack = 'no'
    if (!usable) socket.destroy()
    tell?.(usable)
  }
  const fail = (error: Error) => {
    reader.over(error)
    end(false)
  }

  const socket = dial(
    {
      buffer: () => reader.room(),
      callback(count) {
        const more = reader.took(count)
        // Until somebody has read what is here, it is not the store that is silent.
        if (!more) {
          socket.setTimeout(0)
          heldBack = 'now'
        }
        return more
      },
    },
    () => {
      standing = true
      stands()
    },
  )
  socket
    .on('timeout', () => fail(silence?.(socket.timeout ?? 0) ?? new ClosedByStore()))
    .on('error', fail)
    .on('end', () => reader.over(undefined))
    .on('close', () => {
      fail(new ClosedByStore())
      gone()
    })

  /** @param arrived what came with the head */
  function begin(head: AnswerHead, arrived: Uint8Array): WireAnswer {
    const length = typeof head.end === 'number' ? head.end : undefined
    const first = arrived.subarray(0, length)
    const tooMuch = first.length < arrived.length
    const flow: Flow = {
      resume() {
        heldBack = 'no'
        limit(timeouts.stall, nothingMore)
        socket.resume()
      },
      done(excess) {
        limit(head.keep, undefined)
        end(!excess && !tooMuch && head.keep > 0)
      },
      abandon: () => end(false),
    }
    const body = typeof head.end === 'number' ? slabBody(head.end, slabs, flow) : textBody(head.end, flow)
    reader = body
    resumable = head.headers.etag !== undefined
    limit(timeouts.stall, nothingMore)
    if (length === 0) flow.done(false)
    else if (first.length > 0) {
      body.room().set(first)
      body.took(first.length)
    }
    return { status: head.status, headers: head.headers, body: body.body, close: body.close }
  }

  /** Waits for the head of the answer. */
  function head(resolve: (answer: WireAnswer) => void, reject: (error: Error) => void): Reader {
    let before: Buffer | undefined
    return {
      room: () => scratch,
      took(count) {
        const now = scratch.subarray(0, count)
        let text = before ? Buffer.concat([before, now]) : now
        try {
          for (let at = text.indexOf('\r\n\r\n'); at >= 0; at = text.indexOf('\r\n\r\n')) {
            const found = answerHead(text.toString('latin1', 0, at))
            text = text.subarray(at + 4)
            // An interim answer: the one that counts comes after it.
            if (found.status < 200) continue
            resolve(begin(found, text))
            return true
          }
          if (text.length > longestHead) throw new HeadTooLong(longestHead)
          before = Buffer.from(text)
        } catch (error) {
          fail(error as Error)
        }
        return true
      },
      over: error => reject(error ?? new ClosedByStore()),
    }
  }

  return {
    ask(message, { startTimeout, answerTimeout, signal }, tell) {
      const leave = () => fail(signal?.reason)
      signal?.addEventListener('abort', leave, { once: true })
      ended = usable => {
        signal?.removeEventListener('abort', leave)
        tell(usable)
      }
      stands = () => limit(answerTimeout, noAnswer)
      if (standing) stands()
      else limit(Math.min(timeouts.connect, startTimeout), noConnection)
      return new Promise((resolve, reject) => {
        reader = head(resolve, reject)
        socket.write(message)
      })
    },
    giveWay() {
      if (heldBack === 'long' && resumable) {
        fail(new GaveWay())
        return true
      }
      if (heldBack === 'now') heldBack = 'long'
      return false
    },
    destroy: () => void socket.destroy(),
  }
}

const noConnection = (milliseconds: number) => new Silence('no connection could be had', milliseconds)
const noAnswer = (milliseconds: number) => new Silence('nothing came', milliseconds)
const nothingMore = (milliseconds: number) => new Silence('nothing more came', milliseconds)
