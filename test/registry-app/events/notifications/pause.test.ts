import { describe, expect, test } from 'vitest'
import { pauseAfter } from '../../../../registry-app/src/events/notifications/pause.ts'

const settings = { threshold: 3, backoff: 1000, random: () => 0 }

describe('the pause', () => {
  test.each([
    [1, 50],
    [2, 100],
    [3, 1000],
    [4, 2000],
    [5, 4000],
    [9, 60_000],
    [1_000_000, 60_000],
  ])('after %i failures is %i ms', (failures, pause) => {
    expect(pauseAfter(failures, settings)).toBe(pause)
  })

  test('is never longer than backoff before the threshold', () => {
    expect(pauseAfter(9, { ...settings, threshold: 10 })).toBe(1000)
  })

  test('is as long as backoff where that is more than a minute', () => {
    expect(pauseAfter(8, { ...settings, backoff: 120_000 })).toBe(120_000)
  })

  test('is shorter by chance, by half at most', () => {
    expect(pauseAfter(3, { ...settings, random: () => 1 })).toBe(500)
    expect(pauseAfter(3, { ...settings, random: () => 0.5 })).toBe(750)
  })
})
