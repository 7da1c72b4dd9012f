import { expect, test } from 'vitest'
import { startFlight } from '../../../registry-app/src/proxy/flight.ts'
import { content, gather, pieces, sha256 } from '../support/bytes.ts'

const blob = content(10_000)

/** A flight whose upstream answers when it is told to. */
function flying(goesOnFor: number) {
  const opened = Promise.withResolvers<void>()
  const kept: Buffer[] = []
  const flight = startFlight({
    digest: sha256(blob),
    async open(signal) {
      signal.addEventListener('abort', () => opened.reject(signal.reason))
      await opened.promise
      return { status: 200, headers: { 'content-length': '10000' }, body: pieces(blob, 1000), close: () => {}, address: undefined }
    },
    async keep(bytes) {
      kept.push(await gather(bytes))
    },
    readKept: () => pieces(blob),
    expectedSize: undefined,
    goesOnFor,
    received: () => {},
    broken: () => {},
    notKept: () => {},
  })
  return { flight, kept, answer: opened.resolve }
}

test('a blob that nobody waits for any more before its upstream answers is given up, and nobody joins it', async () => {
  const { flight } = flying(60_000)
  const leaves = [flight.join(), flight.join()]
  leaves[0]?.()
  leaves[0]?.()
  expect(flight.givenUp).toBe(false)
  leaves[1]?.()
  expect(flight.givenUp).toBe(true)
  await expect(flight.kept).rejects.toThrow('nobody waits')
})

test('one that has begun to come is kept, though nobody waits for it', async () => {
  const { flight, kept, answer } = flying(60_000)
  const leave = flight.join()
  answer()
  expect(await flight.size).toBe(10_000)
  leave()
  await flight.kept
  expect(kept[0]?.equals(blob)).toBe(true)
})

test('whoever reads gets all of it, and so does the storage', async () => {
  const { flight, kept, answer } = flying(0)
  flight.join()
  answer()
  expect((await gather(flight.read(0))).equals(blob)).toBe(true)
  expect((await gather(flight.read(9000))).equals(blob.subarray(9000))).toBe(true)
  await flight.kept
  expect(kept[0]?.equals(blob)).toBe(true)
})
