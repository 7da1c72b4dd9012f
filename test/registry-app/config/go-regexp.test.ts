import { describe, expect, test } from 'vitest'
import { compileGoRegExp } from '../../../registry-app/src/config/go-regexp.ts'

describe("a regular expression in Go's syntax", () => {
  test.each([
    ['^https?://([^/]+\\.)*example\\.com/', 'https://a.example.com/x', 'https://example.org/'],
    ['(?i)^HTTPS://EXAMPLE', 'https://example', 'https://other'],
    ['\\Ahttps://a\\z', 'https://a', 'https://a/b'],
    ['^(?P<scheme>https)://', 'https://a', 'http://a'],
    ['^a\\-b\\_c\\&d$', 'a-b_c&d', 'a_b'],
    ['^[\\-a]+$', 'a-a', 'b'],
    ['^\\\\A$', '\\A', 'A'],
  ])('%s means the same', (pattern, matches, other) => {
    const compiled = compileGoRegExp(pattern)
    expect([compiled.test(matches), compiled.test(other)]).toEqual([true, false])
  })

  test.each(['[[:alpha:]]', '(', '\\Qa.b\\E', '(?U)a+', '\\pN', '*'])('%s is refused, since it would mean something else', pattern => {
    expect(() => compileGoRegExp(pattern)).toThrow(SyntaxError)
  })
})
