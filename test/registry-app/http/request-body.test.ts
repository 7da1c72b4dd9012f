import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { precedence } from '../../../registry-app/src/concurrency/precedence.ts'
import type { HttpRequest } from '../../../registry-app/src/http/messages.ts'
import { requestBody } from '../../../registry-app/src/http/request-body.ts'
import { createSlabs } from '../../../registry-app/src/http/slabs.ts'

const slab = 512 * 1024

/** Bodies whose clients have a slab ready in every turn of the event loop. */
function arrivals(stallTimeout = 0) {
  const shared = { stallTimeout, slabs: createSlabs(), order: precedence(100), begin: () => {}, passed: { received: 0 } }
  return (size: number) => {
    let sent = 0
    const request = new Readable({
      read() {
        setImmediate(() => {
          const piece = Buffer.alloc(Math.min(slab, size - sent))
          sent += piece.length
          this.push(piece.length > 0 ? piece : null)
        })
      },
    })
    Object.assign(request, { httpVersionMajor: 1, headers: { 'content-length': String(size) }, complete: false })
    request.on('end', () => Object.assign(request, { complete: true }))
    const body = requestBody(request as unknown as HttpRequest, shared)
    return { ...body, sent: () => sent }
  }
}

async function lengthOf(pieces: AsyncIterable<Uint8Array>, each: () => void = () => {}): Promise<number> {
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    each()
  }
  return length
}

describe('large bodies that arrive at once', () => {
  test('come in one after the other, whole', async () => {
    const arrive = arrivals()
    const bodies = [arrive(10 * slab), arrive(10 * slab), arrive(10 * slab)]
    const ended: (readonly number[])[] = []
    const lengths = bodies.map(async ({ pieces }) => {
      const length = await lengthOf(pieces)
      ended.push(bodies.map(({ sent }) => Math.floor(sent() / slab)))
      return length
    })
    expect(await Promise.all(lengths)).toEqual([10 * slab, 10 * slab, 10 * slab])
    // What had come of each when the first, the second and the third had ended: the next ones had hardly begun.
    const [first, second, third] = ended
    expect(first).toEqual([10, expect.toSatisfy(few), expect.toSatisfy(few)])
    expect(second).toEqual([10, 10, expect.toSatisfy(few)])
    expect(third).toEqual([10, 10, 10])
  })

  test('do not wait for one whose bytes nobody takes', async () => {
    const arrive = arrivals()
    const held = arrive(10 * slab).pieces[Symbol.asyncIterator]()
    await held.next()
    expect(await lengthOf(arrive(10 * slab).pieces)).toBe(10 * slab)
    await held.return?.()
  })

  test('are not taken for stalled while they wait', async () => {
    const arrive = arrivals(20)
    const first = lengthOf(arrive(90 * slab).pieces, () => busy(2))
    expect(await lengthOf(arrive(2 * slab).pieces)).toBe(2 * slab)
    expect(await first).toBe(90 * slab)
  })

  test('let those pass that have to be quick: the time that they are given is not spent waiting', async () => {
    const arrive = arrivals(60)
    const first = lengthOf(arrive(90 * slab).pieces, () => busy(2))
    const quick = arrive(3 * slab)
    quick.hurry()
    expect(await lengthOf(quick.pieces)).toBe(3 * slab)
    expect(await first).toBe(90 * slab)
  })

  test('are not read on when nobody wants the rest', async () => {
    const arrive = arrivals()
    const first = lengthOf(arrive(20 * slab).pieces)
    const second = arrive(20 * slab)
    for await (const _ of second.pieces) break
    await first
    await sleep(10)
    expect(Math.floor(second.sent() / slab)).toSatisfy(few)
  })
})

/** What was read of a body before it gave way. */
const few = (slabs: number) => slabs <= 3

function busy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}
