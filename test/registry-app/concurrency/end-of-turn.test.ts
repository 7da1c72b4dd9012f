import { expect, test } from 'vitest'
import { endOfTurn } from '../../../registry-app/src/concurrency/end-of-turn.ts'

test('all that wait in one turn go on together, when what came before has been done', async () => {
  const order: string[] = []
  const waiting = ['first', 'second'].map(async name => {
    await endOfTurn()
    order.push(name)
  })
  await new Promise<void>(resolve =>
    process.nextTick(() => {
      order.push('came in by this turn')
      resolve()
    }),
  )
  expect(order).toEqual(['came in by this turn'])
  await Promise.all(waiting)
  expect(order).toEqual(['came in by this turn', 'first', 'second'])
})

test('who comes after the end of a turn waits for the next', async () => {
  const first = endOfTurn()
  await first
  expect(endOfTurn()).not.toBe(first)
})
