import { expect, test } from 'vitest'
import { singleFlight } from '../../../registry-app/src/concurrency/single-flight.ts'

test('who asks while it is under way shares it; who asks later has it done again', async () => {
  let runs = 0
  const work = singleFlight(async () => ++runs)
  expect(await Promise.all([work(), work()])).toEqual([1, 1])
  expect(await work()).toBe(2)
})

test('a failure is everybody’s, and not remembered', async () => {
  let runs = 0
  const work = singleFlight(async () => {
    runs += 1
    if (runs === 1) throw new Error('the first')
    return runs
  })
  const results = await Promise.allSettled([work(), work()])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await work()).toBe(2)
})
