import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../registry-app/src/config/duration.ts'

describe('a duration', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['100ms', 100],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['1.1s', 1_100],
    ['1h30m', 5_400_000],
    ['168h', 604_800_000],
    ['+5m', 300_000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each(['1ns', '1us', '1µs', '400us'])('%s is not nothing', text => {
    expect(parseDuration(text)).toBe(1)
  })

  test.each(['', '10', '-1s', 's', '1 s', '1h 30m', '1d', '1H', '1e3s', 'ten', '1s2', '9999999999999h'])('%j is none', text => {
    expect(parseDuration(text)).toBeUndefined()
  })

  test('is the sum of its parts, whatever they are', () => {
    const part = fc.tuple(fc.nat(10_000), fc.constantFrom(['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000]))
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), parts => {
        const text = parts.map(([amount, [unit]]) => `${amount}${unit}`).join('')
        const sum = parts.reduce((total, [amount, [, milliseconds]]) => total + amount * Number(milliseconds), 0)
        expect(parseDuration(text)).toBe(sum)
      }),
    )
  })

  test.each([
    [0, '0s'],
    [100, '100ms'],
    [1_500, '1s500ms'],
    [5_400_000, '1h30m'],
    [604_800_000, '168h'],
  ])('of %d milliseconds is written %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })

  test('is read as it was written', () => {
    fc.assert(fc.property(fc.maxSafeNat(), milliseconds => parseDuration(formatDuration(milliseconds)) === milliseconds))
  })
})
