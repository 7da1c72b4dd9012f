import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { precedence } from '../../../registry-app/src/concurrency/precedence.ts'

/** How many turns pass until it may go on. */
async function turnsOf(waiting: Promise<void> | undefined, each: () => void = () => {}): Promise<number> {
  let over = waiting === undefined
  void waiting?.then(() => {
    over = true
  })
  let turns = 0
  for (; !over && turns < 100; turns++) {
    each()
    await turn()
  }
  return turns
}

test('whoever came first gives way to nobody', () => {
  const order = precedence(10)
  const first = order.join()
  const second = order.join()
  second.worked()
  expect(first.giveWay()).toBeUndefined()
})

test('who came later goes on when a turn brought nothing to those before, and not earlier', async () => {
  const order = precedence(10)
  const first = order.join()
  order.join()
  const third = order.join()
  expect(await turnsOf(third.giveWay())).toBe(1)
  let left = 4
  expect(await turnsOf(third.giveWay(), () => left-- > 0 && first.worked())).toBe(5)
})

test('it does not wait for those who came later still', async () => {
  const order = precedence(10)
  order.join()
  const second = order.join()
  const third = order.join()
  expect(await turnsOf(second.giveWay(), third.worked)).toBe(1)
})

test('who leaves is not waited for', () => {
  const order = precedence(10)
  const first = order.join()
  const second = order.join()
  first.worked()
  first.leave()
  expect(second.giveWay()).toBeUndefined()
})

test('patience ends, for all turns of one together: nobody waits for one that never ends', async () => {
  const order = precedence(10)
  const first = order.join()
  const second = order.join()
  expect(await turnsOf(second.giveWay(), first.worked)).toBe(10)
  expect(second.giveWay()).toBeUndefined()
  expect(await turnsOf(order.join().giveWay(), first.worked)).toBe(10)
})
