import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseName, parseReference, parseTag } from '../../../registry-app/src/registry/name.ts'
import { sha256, sha512 } from '../support/bytes.ts'
import { codeOf } from '../support/images.ts'

/** As the OCI distribution specification writes them ("Pulling manifests"). */
const grammar = {
  name: /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
  tag: /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/,
}

describe('a repository’s name', () => {
  test.each([
    'a',
    '0',
    'library/alpine',
    'a/b/c/d/e/f',
    'a.b',
    'a_b',
    'a__b',
    'a-b',
    'a-----b',
    'a.b_c__d-e--f/0.1',
    'sha256/abc',
    'tags/list',
    'blobs/uploads',
    'x'.repeat(255),
    `${'a/'.repeat(127)}a`,
  ])('can be %s', text => {
    expect(parseName(text)).toBe(text)
  })

  test.each([
    ['empty', ''],
    ['in upper case', 'Library/alpine'],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a way up', '../a'],
    ['a way up in the middle', 'a/../b'],
    ['with two dots', 'a..b'],
    ['with a component that begins with _, as the registry’s own do', 'a/_layers'],
    ['beginning with _', '_registry'],
    ['with three underscores', 'a___b'],
    ['with mixed separators', 'a-_b'],
    ['beginning with a dash', '-a'],
    ['ending with a dash', 'a-'],
    ['ending with a dot', 'a.'],
    ['beginning with a slash', '/a'],
    ['ending with a slash', 'a/'],
    ['with an empty component', 'a//b'],
    ['percent-encoded', 'a%2fb'],
    ['percent-encoded in upper case', 'a%2Fb'],
    ['with a backslash', 'a\\b'],
    ['with a colon', 'a:b'],
    ['with an at', 'a@b'],
    ['with a space', 'a b'],
    ['with a newline', 'a\n'],
    ['with a NUL', 'a\0b'],
    ['with a letter beyond ASCII', 'größe'],
    ['with a slash beyond ASCII', 'a\u2215b'],
    ['with a letter that becomes ASCII when lowered', '\u212a'],
    ['one too long', 'x'.repeat(256)],
    ['very long', 'a/'.repeat(100_000)],
    ['long and nearly right', `${'a'.repeat(254)}!`],
  ])('cannot be %s: %o', async (_, text) => {
    expect(await codeOf(() => parseName(text))).toBe('NAME_INVALID')
  })

  test('is what the specification’s grammar says, up to 255 characters', async () => {
    const near = fc.string({ unit: fc.constantFrom(...'ab09._-/A%'), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, fc.string(), fc.stringMatching(grammar.name)), async text => {
        expect(await codeOf(() => parseName(text))).toBe(grammar.name.test(text) && text.length <= 255 ? 'no error' : 'NAME_INVALID')
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a tag', () => {
  test.each(['a', 'V1', '_a', '_', '1.0', 'v1.0-rc_1', 'latest', '...'.padStart(4, 'a'), 'x'.repeat(128)])('can be %s', text => {
    expect(parseTag(text)).toBe(text)
    expect(parseReference(text)).toEqual({ tag: text })
  })

  test.each([
    ['empty', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['beginning with a dot', '.a'],
    ['beginning with a dash', '-a'],
    ['with a slash', 'a/b'],
    ['a way up', 'a/../b'],
    ['percent-encoded', 'a%2fb'],
    ['with a space', 'a b'],
    ['with a plus', '1.0+build'],
    ['with a newline', 'a\n'],
    ['with a NUL', 'a\0'],
    ['with a letter beyond ASCII', 'größe'],
    ['one too long', 'x'.repeat(129)],
    ['very long', 'x'.repeat(100_000)],
  ])('cannot be %s: %o', async (_, text) => {
    expect(await codeOf(() => parseTag(text))).toBe('TAG_INVALID')
    expect(await codeOf(() => parseReference(text))).toBe('TAG_INVALID')
  })

  test('is what the specification’s grammar says', async () => {
    const near = fc.string({ unit: fc.constantFrom(...'aZ09._-/%'), maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, fc.string(), fc.stringMatching(grammar.tag)), async text => {
        expect(await codeOf(() => parseTag(text))).toBe(grammar.tag.test(text) ? 'no error' : 'TAG_INVALID')
      }),
      { numRuns: 1_000 },
    )
  })

  test('that is refused is told in part only, however long it was', () => {
    expect(() => parseTag('/'.repeat(100_000))).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ tag: '/'.repeat(256) }) }),
    )
  })
})

describe('a reference', () => {
  test('with a colon is a digest', () => {
    for (const digest of [sha256('x'), sha512('x')]) expect(parseReference(digest)).toEqual({ digest })
  })

  test.each(['a:b', ':', 'sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e'])('such as %o is a digest that is wrong', async text => {
    expect(await codeOf(() => parseReference(text))).toBe('DIGEST_INVALID')
  })
})
