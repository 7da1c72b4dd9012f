import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestSet } from '../../../registry-app/src/collection/digest-set.ts'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'

const digest = (number: number): Digest => `sha256:${number.toString(16).padStart(8, '0').repeat(8)}`

/** They begin alike, and differ in few bits. */
const alike = (number: number): Digest => `sha256:${'0'.repeat(32)}${number.toString(16).padStart(8, '0')}${'0'.repeat(24)}`

test('a set of digests has what any other set would, numbered in the order in which it came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { maxLength: 3_000 }), numbers => {
      const [set, expected] = [digestSet(), new Set<Digest>()]
      for (const number of numbers) {
        expect(set.add(digest(number))).toBe(!expected.has(digest(number)))
        expected.add(digest(number))
      }
      expect(set.size).toBe(expected.size)
      expect([...set.values()]).toEqual([...expected])
      expect([...expected].map(each => set.numberOf(each))).toEqual(Array.from(expected, (_, index) => index))
      expect([set.has(digest(5_001)), set.numberOf(digest(5_001))]).toEqual([false, undefined])
    }),
    { numRuns: 20 },
  )
})

test('a million of them take 42 MB, and nothing for each, though somebody has chosen them to be alike', () => {
  const before = process.memoryUsage().arrayBuffers
  const set = digestSet()
  for (let number = 0; number < 1_000_000; number += 1) set.add(alike(number))
  expect(set.size).toBe(1_000_000)
  // What growing has left behind may not have been taken away yet.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 42_000_000)
  expect([set.has(alike(999_999)), set.has(alike(1_000_000))]).toEqual([true, false])
})
