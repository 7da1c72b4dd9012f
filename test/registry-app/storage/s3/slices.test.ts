import { expect, test } from 'vitest'
import { slices } from '../../../../registry-app/src/storage/s3/slices.ts'
import { content } from '../../support/bytes.ts'

/** Pieces of so many bytes each. */
function pieces(...lengths: number[]): Uint8Array[] {
  const whole = content(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  return lengths.map(length => {
    at += length
    return whole.subarray(at - length, at)
  })
}

test.each([
  ['pieces that are slices', [4, 4, 4], [4, 4, 4]],
  ['a rest', [4, 4, 1], [4, 4, 1]],
  ['small pieces', [1, 2, 3, 4, 5], [4, 4, 4, 3]],
  ['one large piece', [11], [4, 4, 3]],
  ['empty pieces', [0, 3, 0, 1, 0, 2], [4, 2]],
  ['less than a slice', [3], [3]],
  ['nothing', [], []],
  ['nothing in a piece', [0], []],
])('of %s', (_, lengths, expected) => {
  const given = pieces(...lengths)
  const cut = [...slices(given, 4)]
  expect(cut.map(slice => Buffer.concat(slice).length)).toEqual(expected)
  expect(Buffer.concat(cut.flat())).toEqual(Buffer.concat(given))
})

test('share the memory of the pieces', () => {
  const [piece = new Uint8Array()] = pieces(10)
  expect([...slices([piece], 4)].flat().every(({ buffer }) => buffer === piece.buffer)).toBe(true)
})
