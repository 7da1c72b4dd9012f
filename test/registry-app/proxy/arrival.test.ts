import { describe, expect, test } from 'vitest'
import { type ArrivalOptions, arrival, LeftBehind } from '../../../registry-app/src/proxy/arrival.ts'
import { content, gather, pieces } from '../support/bytes.ts'

const whole = content(10_000)
const small = { size: whole.length, capacity: 1000, blockSize: 100, patience: { others: 20, essential: 20 } }

async function send(bytes: ReturnType<typeof arrival>, size = 64) {
  for await (const piece of pieces(whole, size)) await bytes.push(piece)
  bytes.end()
}

const open = (options: Partial<ArrivalOptions> = {}) => arrival({ ...small, ...options })

describe('bytes that arrive', () => {
  test.each([1, 64, 100, 999, 10_000])('reach everybody who was there from the beginning, in pieces of %i', async size => {
    const bytes = open()
    const readers = [bytes.read(0, { essential: true }), bytes.read(0), bytes.read(0)]
    const [, ...received] = await Promise.all([send(bytes, size), ...readers.map(({ pieces }) => gather(pieces))])
    for (const each of received) expect(each.equals(whole)).toBe(true)
  })

  test('reach who came a little later, too', async () => {
    const bytes = open({ capacity: 20_000 })
    await send(bytes)
    expect((await gather(bytes.read(0).pieces)).equals(whole)).toBe(true)
    expect((await gather(bytes.read(9000).pieces)).equals(whole.subarray(9000))).toBe(true)
  })

  test('wait for the slowest, in bounded memory', async () => {
    const bytes = open({ patience: { others: 60_000, essential: 60_000 } })
    const slow = bytes.read(0).pieces
    const fast = gather(bytes.read(0, { essential: true }).pieces)
    const sent = send(bytes)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(bytes.received).toBeLessThanOrEqual(1000)
    expect((await gather(slow)).equals(whole)).toBe(true)
    await Promise.all([sent, fast])
  })

  test('go on without who is too slow, and tell him how far he came', async () => {
    const bytes = open()
    const slow = bytes.read(0).pieces
    const first = await Promise.all([slow.next(), bytes.push(whole.subarray(0, 100))])
    expect(first[0].value).toHaveLength(100)
    const fast = gather(bytes.read(0).pieces)
    for await (const piece of pieces(whole.subarray(100), 64)) await bytes.push(piece)
    bytes.end()
    expect((await fast).equals(whole)).toBe(true)
    await expect(slow.next()).rejects.toThrow(LeftBehind)
    await expect(slow.next()).resolves.toMatchObject({ done: true })
  })

  test('never go on without who is essential', async () => {
    const bytes = open()
    const kept = bytes.read(0, { essential: true }).pieces
    const sent = send(bytes)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect((await gather(kept)).equals(whole)).toBe(true)
    await sent
  })

  test('are refused to who comes when what he wants is gone', async () => {
    const bytes = open()
    await send(bytes)
    expect(bytes.has(0)).toBe(false)
    await expect(gather(bytes.read(0).pieces)).rejects.toMatchObject({ name: 'LeftBehind', position: 0 })
    expect(bytes.has(9900)).toBe(true)
  })

  test('are not all given before it is known that they are the right ones', async () => {
    const bytes = open({ size: 100 })
    const reader = bytes.read(0).pieces
    await bytes.push(whole.subarray(0, 100))
    expect((await reader.next()).value).toHaveLength(99)
    bytes.fail(new Error('wrong'))
    await expect(reader.next()).rejects.toThrow('wrong')
  })

  test('wait no longer for who left', async () => {
    const bytes = open({ patience: { others: 60_000, essential: 60_000 } })
    const reading = bytes.read(0)
    const sent = send(bytes)
    reading.leave()
    await sent
    expect(bytes.received).toBe(10_000)
  })

  test('are given up by whose signal says so', async () => {
    const bytes = open()
    const leaving = new AbortController()
    const reading = gather(bytes.read(0, { signal: leaving.signal }).pieces)
    leaving.abort(new Error('gone'))
    await expect(reading).rejects.toThrow('gone')
  })
})
