import type { WireAnswer } from '../transport.ts'
import { NoHttp } from './failures.ts'
import type { Flow, Reader } from './reader.ts'

/** More than any error that a store explains. Bytes. */
const most = 64 * 1024

/**
 * A body of unknown length: some stores write their errors so, and none an object. It is short, and comes as one piece.
 *
 * Source: RFC 9112, sections 6.3 and 7.1.
 */
export function textBody(end: 'chunk' | 'connection', flow: Flow): Reader & Pick<WireAnswer, 'body' | 'close'> {
  const memory = Buffer.allocUnsafe(most)
  const whole = Promise.withResolvers<Uint8Array>()
  // Perhaps nobody reads it.
  whole.promise.catch(() => {})
  let filled = 0
  let settled = false

  const settle = (content: Uint8Array | Error) => {
    settled = true
    if (content instanceof Error) whole.reject(content)
    else whole.resolve(content)
  }

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const content = await whole.promise
    if (content.length > 0) yield content
  }

  return {
    room: () => memory.subarray(filled),

    took(count) {
      filled += count
      try {
        const content = end === 'chunk' ? withoutChunks(memory.subarray(0, filled)) : undefined
        if (content) settle(content)
        else if (filled === most) throw new NoHttp(`it does not tell its length, and has more than ${most} bytes`)
      } catch (error) {
        settle(error as Error)
      }
      // Where it ended exactly is not worth knowing: the connection is not used again.
      if (settled) flow.abandon()
      return true
    },

    over(error) {
      if (settled) return
      if (error) settle(error)
      else settle(end === 'connection' ? memory.subarray(0, filled) : new NoHttp('its last chunk is missing'))
    },

    body: pieces(),
    close() {
      if (settled) return
      settle(new Error('the answer is not wanted any more'))
      flow.abandon()
    },
  }
}

/** What is in the chunks, once the last has come. @throws NoHttp */
function withoutChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = /^([\da-f]{1,6})[ \t]*(?:;|$)/i.exec(bytes.toString('latin1', at, lineEnd))?.[1]
    if (size === undefined) throw new NoHttp('one of its chunks has no size')
    const begin = lineEnd + 2
    const end = begin + Number.parseInt(size, 16)
    if (end === begin) return Buffer.concat(chunks)
    if (bytes.length < end + 2) return undefined
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new NoHttp('one of its chunks is longer than it says')
    chunks.push(bytes.subarray(begin, end))
    at = end + 2
  }
}
