import { afterEach, expect, test } from 'vitest'
import { examineRegularly } from '../../../registry-app/src/maintenance/examine-regularly.ts'
import { examinations } from '../../../registry-app/src/ui/examinations.ts'
import { counter } from '../support/counter.ts'
import { hour, trial } from '../support/registry.ts'

const minute = 60_000
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map(end => end()))
})

/** Replicas whose sleep takes no time, and moves the clock, until so much is over. @returns when examinations began, in minutes from the start */
async function lived(
  milliseconds: number,
  { replicas = 1, schedule = '24h', over = trial() }: { replicas?: number; schedule?: string; over?: ReturnType<typeof trial> } = {},
) {
  const { driver, clock } = over
  const started = clock.now().getTime()
  const begun: number[] = []
  const process = counter('replica')
  const log = { error: (_: string, facts: object) => expect.fail(JSON.stringify(facts)) } as never
  const lives = Array.from({ length: replicas }, (_, index) => {
    const made = examinations({
      driver,
      now: clock.now,
      async examine() {
        begun.push((clock.now().getTime() - started) / minute)
        return { at: clock.now().getTime(), verdict: 'good', questions: 1, good: 1, unasked: 0, findings: [] }
      },
      begun() {},
      ended() {},
      failed: error => expect.fail(String(error)),
    })
    const over = Promise.withResolvers<void>()
    const end = examineRegularly({
      ...{ driver, examinations: made, settings: { enabled: true, schedule }, log, now: clock.now, random: () => index / 10 },
      clock: () => clock.now().getTime(),
      randomName: process,
      sleep: async (pause, signal) => {
        const until = clock.now().getTime() + pause
        while (clock.now().getTime() < until) {
          await new Promise(resolve => setImmediate(resolve))
          signal.throwIfAborted()
          if (clock.now().getTime() >= started + milliseconds) {
            over.resolve()
            await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
          } else clock.move(Math.min(until - clock.now().getTime(), 10_000))
        }
      },
    })
    ends.push(end)
    return over.promise
  })
  await Promise.all(lives)
  await Promise.all(ends.splice(0).map(end => end()))
  return begun
}

test('the first comes when the registry has run for ten minutes, and the next a day later', async () => {
  const [first = 0, second = 0, ...more] = await lived(25 * hour)
  expect(first).toBeGreaterThanOrEqual(10)
  expect(first).toBeLessThan(20)
  expect(second - first).toBeGreaterThanOrEqual(24 * 60)
  expect(more).toEqual([])
})

test('one of many replicas does it', async () => {
  expect(await lived(2 * hour, { replicas: 3 })).toHaveLength(1)
})

test('a registry that starts again and again does nothing, and one that starts late not before its ten minutes are over', async () => {
  const over = trial()
  for (let times = 0; times < 20; times += 1) expect(await lived(9 * minute, { over })).toEqual([])
  expect(await lived(hour, { over })).toHaveLength(1)
  over.clock.move(48 * hour)
  const [first] = await lived(hour, { over })
  expect(first).toBeGreaterThanOrEqual(10)
})

test('a cron line is kept', async () => {
  expect(await lived(2.5 * hour, { schedule: '0 * * * *' })).toEqual([60, 120])
})
