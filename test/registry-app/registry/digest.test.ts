import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { algorithmOf, asDigest, hexOf, parseAlgorithm, parseDigest } from '../../../registry-app/src/registry/digest.ts'
import { sha256, sha512 } from '../support/bytes.ts'
import { codeOf } from '../support/images.ts'

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

describe('a digest', () => {
  test.each([`sha256:${hex}`, `sha512:${hex}${hex}`])('can be %s', text => {
    expect(parseDigest(text)).toBe(text)
    expect(asDigest(text)).toBe(text)
  })

  test.each([
    ['empty', ''],
    ['a colon', ':'],
    ['an algorithm alone', 'sha256'],
    ['no hex', 'sha256:'],
    ['one digit short', `sha256:${hex.slice(1)}`],
    ['one digit long', `sha256:${hex}0`],
    ['of the other algorithm’s length', `sha512:${hex}`],
    ['of the other algorithm’s length', `sha256:${hex}${hex}`],
    ['in upper case', `sha256:${hex.toUpperCase()}`],
    ['of an algorithm in upper case', `SHA256:${hex}`],
    ['of no algorithm', `:${hex}`],
    ['without a colon', `sha256${hex}x`],
    ['not hex', `sha256:${hex.slice(1)}g`],
    ['with a slash', `sha256:${'../'.repeat(21)}x`],
    ['with a space before', ` sha256:${hex}`],
    ['with a newline after', `sha256:${hex}\n`],
    ['with a newline for a digit', `sha256:${hex.slice(1)}\n`],
    ['with a NUL', `sha256:${hex.slice(1)}\0`],
    ['with digits beyond ASCII', `sha256:${hex.slice(1)}١`],
    ['with two colons', `sha256::${hex.slice(1)}`],
    ['of md5', `md5:${hex.slice(32)}`],
    ['of sha384', `sha384:${hex}${hex.slice(32)}`],
    ['of a name that every object has', `constructor:${hex}`],
    ['of a name that every object has', `__proto__:${hex}`],
    ['very long', `sha256:${'a'.repeat(100_000)}`],
  ])('cannot be %s: %s', async (_, text) => {
    expect(asDigest(text)).toBeUndefined()
    expect(await codeOf(() => parseDigest(text))).toBe('DIGEST_INVALID')
  })

  test('is taken apart into its algorithm and its hex', () => {
    for (const digest of [sha256('x'), sha512('x')]) expect(`${algorithmOf(digest)}:${hexOf(digest)}`).toBe(digest)
  })

  test('of any bytes is one', () => {
    fc.assert(
      fc.property(fc.uint8Array(), content => {
        expect(asDigest(sha256(content))).toBe(sha256(content))
        expect(asDigest(sha512(content))).toBe(sha512(content))
      }),
    )
  })

  test('is nothing else than the grammar says', () => {
    const near = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCg:/.%\n\0é'), minLength: 60, maxLength: 66 })
    const grammar = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})(?!\n)$/
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          near.map(text => `sha256:${text}`),
        ),
        text => {
          expect(asDigest(text) !== undefined).toBe(grammar.test(text))
        },
      ),
    )
  })
})

describe('an algorithm', () => {
  test.each(['sha256', 'sha512'])('can be %s', text => {
    expect(parseAlgorithm(text)).toBe(text)
  })

  test.each(['', 'md5', 'SHA256', 'constructor', '__proto__', 'sha256 '])('cannot be %o', async text => {
    expect(await codeOf(() => parseAlgorithm(text))).toBe('DIGEST_INVALID')
  })
})
