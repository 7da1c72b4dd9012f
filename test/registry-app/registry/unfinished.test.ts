import { expect, test } from 'vitest'
import { unfinished } from '../../../registry-app/src/registry/unfinished.ts'
import { hour, standingClock } from '../support/registry.ts'

const setUp = () => {
  const clock = standingClock()
  return { clock, held: unfinished(24 * hour, clock.now) }
}

test('what uploads hold is added up, and is as it was when they have ended', () => {
  const { held } = setUp()
  held.add('a', 10)
  held.add('a', 5)
  held.add('b', 1)
  held.set('c', 7)
  held.set('c', 8)
  expect([held.size(), held.of('a'), held.of('none')]).toEqual([24, 15, 0])
  held.end('a')
  held.end('a')
  expect([held.size(), held.of('a')]).toEqual([9, 0])
})

test('an upload is as old as what came last', () => {
  const { held, clock } = setUp()
  held.add('a', 10)
  held.add('b', 1)
  clock.move(20 * hour)
  held.add('a', 10)
  clock.move(6 * hour)
  expect(held.size()).toBe(20)
  held.end('b')
  expect(held.size()).toBe(20)
  clock.move(20 * hour)
  expect(held.size()).toBe(0)
})

test('where nobody takes them away, uploads never grow too old', () => {
  const clock = standingClock()
  const held = unfinished(Number.POSITIVE_INFINITY, clock.now)
  held.add('a', 10)
  clock.move(10_000 * hour)
  expect(held.size()).toBe(10)
})

test('so many small ones that large ones are forgotten take nothing from what counts, until it is old', () => {
  const { held, clock } = setUp()
  held.add('large', 1_000_000)
  for (let count = 0; count < 21_000; count += 1) held.add(`small ${count}`, 1)
  expect([held.of('large'), held.size()]).toEqual([0, 1_021_000])
  held.end('large')
  expect(held.size()).toBe(1_021_000)
  clock.move(26 * hour)
  expect(held.size()).toBe(0)
})
