import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amplePart, evenPart, mostParts, partSize, smallestPart } from '../../../../registry-app/src/storage/s3/part-size.ts'

const MiB = 1024 * 1024

test.each<[what: string, size: number | undefined, expected: number]>([
  ['of unknown length', undefined, 10 * MiB],
  ['that is small', 1, 10 * MiB],
  ['that just fits', 10 * MiB * mostParts, 10 * MiB],
  ['of one byte more', 10 * MiB * mostParts + 1, 11 * MiB],
  ['of a terabyte', 1_000_000_000_000, 96 * MiB],
])('a blob %s', (_, size, expected) => {
  expect(partSize(10 * MiB, size)).toBe(expected)
})

test('a blob of any size up to S3’s 5 TB fits into 10,000 equal parts, of which each is as large as asked for, at least', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5e12 }), fc.integer({ min: smallestPart, max: 100 * MiB }), (size, usual) => {
      const length = partSize(usual, size)
      expect(Math.ceil(size / length)).toBeLessThanOrEqual(mostParts)
      expect(length).toBeGreaterThanOrEqual(usual)
    }),
  )
})

describe('parts of a body that is all at hand', () => {
  test.each([
    ['are equal', 64 * MiB, 4, 16 * MiB],
    ['are as many as are wanted', 64 * MiB, 2, 32 * MiB],
    ['are of whole MiB', 41 * MiB + 1, 4, 11 * MiB],
    ['are no smaller than they usually are', 33 * MiB, 4, 10 * MiB],
  ])('%s', (_, size, count, expected) => {
    expect(evenPart(size, count, 10 * MiB)).toBe(expected)
  })
})

describe('parts of a body of a known length, while it comes in and memory is ample,', () => {
  test.each([
    ['are no smaller than they usually are', 30 * MiB, 10 * MiB, 10 * MiB],
    ['are a quarter of it', 50 * MiB, 10 * MiB, 13 * MiB],
    ['are no larger than 16 MiB', 1000 * MiB, 10 * MiB, 16 * MiB],
    ['unless the configuration wants larger ones', 1000 * MiB, 32 * MiB, 32 * MiB],
  ])('%s', (_, size, usual, expected) => {
    expect(amplePart(size, usual)).toBe(expected)
  })
})
