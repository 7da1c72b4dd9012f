import { expect, test } from 'vitest'
import { pushedSince } from '../../../registry-app/src/registry/pushed-since.ts'
import { hour, standingClock } from '../support/registry.ts'

const minute = hour / 60

/** @param minutes in each of which one byte is pushed, from the first on */
function pushing(minutes: number) {
  const clock = standingClock()
  const began = clock.now().getTime()
  const pushed = pushedSince(clock.now)
  for (let count = 0; count < minutes; count += 1) {
    pushed.add(1)
    clock.move(minute)
  }
  return { pushed, began }
}

test('what is in a count is taken away, by the whole minute', () => {
  const { pushed, began } = pushing(10)
  pushed.counted(began + 3 * minute)
  expect(pushed.size()).toBe(7)
  pushed.counted(began + 4 * minute - 1)
  expect(pushed.size()).toBe(7)
  pushed.counted(began + hour)
  expect(pushed.size()).toBe(0)
})

test('where nobody counts for days, minutes of more than a day ago are remembered as one, which goes with the last of them', () => {
  const day = 24 * 60
  const { pushed, began } = pushing(3 * day)
  expect(pushed.size()).toBe(3 * day)
  pushed.counted(began + day * minute)
  expect(pushed.size()).toBe(3 * day)
  pushed.counted(began + (2 * day + 60) * minute)
  expect(pushed.size()).toBe(day - 60)
})
