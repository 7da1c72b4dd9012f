import { expect, test } from 'vitest'
import { atOnce } from '../../../../registry-app/src/storage/filesystem/at-once.ts'

/** A call that takes as many milliseconds, by this clock, as its argument says; it answers which way it went. */
function trial() {
  let time = 0
  const taking = (way: string) => (duration: number) => {
    time += duration
    return way
  }
  const direct = taking('direct')
  const pooled = taking('pooled')
  const call = atOnce(
    direct,
    async duration => pooled(duration),
    () => time,
  )
  return async (durations: readonly number[]) => Array.fromAsync(durations, duration => call(duration))
}

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)

test('calls that are fast stay on this thread', async () => {
  const run = trial()
  expect(await run(times(5_000, 0.01))).toEqual(times(5_000, 'direct'))
})

test('a call that takes a millisecond is not slow', async () => {
  const run = trial()
  expect(await run(times(10, 1))).toEqual(times(10, 'direct'))
})

test('three slow calls in a row are by chance', async () => {
  const run = trial()
  expect(await run([2, 2, 2, 0.01, 2, 2, 2, 0.01])).toEqual(times(8, 'direct'))
})

test('after four slow calls in a row the next thousand go through the pool, and then this thread is tried again', async () => {
  const run = trial()
  expect(await run(times(4, 2))).toEqual(times(4, 'direct'))
  expect(await run(times(1_000, 0.01))).toEqual(times(1_000, 'pooled'))
  expect(await run(times(3, 0.01))).toEqual(times(3, 'direct'))
})

test('slow calls through the pool say nothing of this thread', async () => {
  const run = trial()
  await run(times(4, 2))
  await run(times(1_000, 50))
  expect(await run([2, 2, 2, 0.01])).toEqual(times(4, 'direct'))
})

test('where this thread is still slow after the pool, it is left again', async () => {
  const run = trial()
  await run(times(1_004, 2))
  expect(await run(times(6, 2))).toEqual([...times(4, 'direct'), 'pooled', 'pooled'])
})

test('a call that fails is thrown, and counts by its time as any other', async () => {
  let time = 0
  const call = atOnce(
    () => {
      time += 2
      throw new Error('no such file')
    },
    async () => 'pooled',
    () => time,
  )
  for (let attempt = 0; attempt < 4; attempt += 1) await expect(call()).rejects.toThrow('no such file')
  expect(await call()).toBe('pooled')
})

test('a failure in the pool is thrown', async () => {
  let time = 0
  const call = atOnce(
    () => {
      time += 2
    },
    async () => {
      throw new Error('no such file')
    },
    () => time,
  )
  for (let attempt = 0; attempt < 4; attempt += 1) await call()
  await expect(call()).rejects.toThrow('no such file')
})
