import { expect, test } from 'vitest'
import { inParallel } from '../../../registry-app/src/concurrency/in-parallel.ts'

test('gives the results in the order of the items, whichever ends first', async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>())
  const results = inParallel([0, 1, 2], 3, async item => {
    await gates[item]?.promise
    return item * 10
  })
  for (const gate of gates.toReversed()) gate.resolve()
  expect(await results).toEqual([0, 10, 20])
})

test('does nothing for no items', async () => {
  expect(await inParallel([], 4, async () => expect.unreachable())).toEqual([])
})

test.each([1, 2, 5])('works on at most %i at a time, and on so many', async breadth => {
  let running = 0
  let most = 0
  await inParallel(Array.from({ length: 20 }), breadth, async () => {
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    await Promise.resolve()
    running -= 1
  })
  expect(most).toBe(breadth)
})

test('takes nothing up after a failure, waits for what is under way, and throws the first failure', async () => {
  const slow = Promise.withResolvers<void>()
  const begun: number[] = []
  const ended: number[] = []
  const all = inParallel([0, 1, 2, 3], 2, async item => {
    begun.push(item)
    if (item === 0) throw new Error('the first failure')
    await slow.promise
    ended.push(item)
    throw new Error('a later one')
  })
  slow.resolve()
  await expect(all).rejects.toThrow('the first failure')
  expect(begun).toEqual([0, 1])
  expect(ended).toEqual([1])
})
