import { describe, expect, test } from 'vitest'
import { S3Error } from '../../../registry-app/src/s3/errors.ts'
import { type Attempt, retries } from '../../../registry-app/src/s3/retries.ts'
import { retryBudget } from '../../../registry-app/src/s3/retry-budget.ts'
import { failureOf } from './support/trial-bucket.ts'

const failure = (about: Partial<S3Error> = { retry: 'broken' }) =>
  new S3Error('it broke', { operation: 'GetObject', bucket: 'images', ...about })

/** @param failures for the attempts to come, one each; then it goes well */
function trial({ attempts = 8, time = 60_000, random = 0.5 } = {}) {
  const waits: number[] = []
  let clock = 0
  const { run } = retries(
    { attempts, time },
    {
      now: () => new Date(0),
      clock: () => clock,
      random: () => random,
      sleep: async milliseconds => {
        waits.push(milliseconds)
        clock += milliseconds
      },
    },
  )
  const call = (failures: S3Error[], after?: S3Error) => {
    const numbers: number[] = []
    const result = run(
      async ({ number }) => {
        numbers.push(number)
        const next = failures.shift()
        if (next) throw next
        return numbers
      },
      { signal: undefined, after },
    )
    return result
  }
  return { call, waits }
}

const times = (count: number, about?: Partial<S3Error>) => Array.from({ length: count }, () => failure(about))

describe('waits', () => {
  test('twice as long each time, jittered from nothing to all of it, up to a limit', async () => {
    const whole = trial({ random: 1, attempts: 10, time: 1e9 })
    await whole.call(times(9))
    expect(whole.waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    const none = trial({ random: 0 })
    await none.call(times(3))
    expect(none.waits).toEqual([0, 0, 0])
  })

  test('longer where the store is asked too often', async () => {
    const { call, waits } = trial({ random: 1 })
    await call(times(3, { retry: 'throttled' }))
    expect(waits).toEqual([500, 1000, 2000])
  })

  test('as long as the store asked for, at least', async () => {
    const { call, waits } = trial()
    await call([failure({ retry: 'throttled', retryAfter: 4 }), failure({ retry: 'throttled', retryAfter: 0 })])
    expect(waits).toEqual([4000, 500])
  })
})

describe('gives up', () => {
  test('after so many attempts', async () => {
    const { call, waits } = trial({ attempts: 3 })
    expect(await call(times(2))).toEqual([1, 2, 3])
    expect(await failureOf(call(times(3)))).toBeInstanceOf(S3Error)
    expect(waits).toHaveLength(4)
  })

  test('when the next attempt would begin too late', async () => {
    const { call, waits } = trial({ time: 650, random: 1 })
    expect(await failureOf(call(times(9)))).toBeInstanceOf(S3Error)
    expect(waits).toEqual([100, 200])
  })

  test('at once where the store wants to be left alone for longer', async () => {
    const { call, waits } = trial({ time: 5000 })
    expect(await failureOf(call([failure({ retry: 'throttled', retryAfter: 6 })]))).toMatchObject({ retryAfter: 6 })
    expect(waits).toEqual([])
  })

  test('at once on what would fail again', async () => {
    const { call, waits } = trial()
    expect(await failureOf(call([failure({ code: 'AccessDenied' })]))).toMatchObject({ code: 'AccessDenied' })
    expect(waits).toEqual([])
  })

  test('on what is denied, after one more attempt, whatever came in between', async () => {
    const { call, waits } = trial()
    expect(await call([failure({ retry: 'denied' })])).toEqual([1, 2])
    const denials = [failure({ retry: 'denied' }), failure(), failure({ retry: 'denied' }), failure()]
    expect(await failureOf(call(denials))).toMatchObject({ retry: 'denied', unavailable: false })
    expect(waits).toEqual([50, 50, 100])
  })

  test('when all calls together have failed too often, until some succeed', async () => {
    const { call, waits } = trial({ attempts: 2 })
    for (let index = 0; index < 100; index++) await failureOf(call(times(2)))
    expect(waits).toHaveLength(100)
    await failureOf(call(times(1)))
    expect(waits).toHaveLength(100)

    for (let index = 0; index < 5; index++) await call([])
    await call(times(1))
    expect(waits).toHaveLength(101)
  })
})

describe('the time', () => {
  /** @param attempts what each takes: silence, after the store has taken the body for so long; then it fails. Milliseconds */
  async function patienceFor(attempts: { moving?: number; silent: number }[], time: number): Promise<number[]> {
    let clock = 0
    const { run } = retries({ attempts: 8, time }, { now: () => new Date(0), clock: () => clock, random: () => 0, sleep: async () => {} })
    const patience: number[] = []
    const attempt = async (one: Attempt) => {
      patience.push(one.patience)
      const { moving = 0, silent } = attempts.shift() ?? { silent: 0 }
      clock += moving
      if (moving > 0) one.moved()
      clock += silent
      throw failure()
    }
    await failureOf(run(attempt, { signal: undefined, after: undefined }))
    return patience
  }

  test('is given to the first attempt by half, and then what is left of it', async () => {
    expect(await patienceFor([{ silent: 5000 }, { silent: 5001 }], 10_000)).toEqual([5000, 5000])
    expect(await patienceFor([{ silent: 10 }, { silent: 3000 }, { silent: 10_000 }], 10_000)).toEqual([5000, 9990, 6990])
  })

  test('does not pass while the store takes the body', async () => {
    const broken = { moving: 60_000, silent: 100 }
    expect(await patienceFor([broken, broken, { silent: 10_000 }], 10_000)).toEqual([5000, 9900, 9800])
  })

  test('is at least a second for each attempt, however little there is', async () => {
    expect(await patienceFor([{ silent: 10 }], 0)).toEqual([1000])
    expect(await patienceFor([{ silent: 50 }, { silent: 60 }], 100)).toEqual([1000, 1000])
  })
})

test('one call in ten may fail for ever', async () => {
  const { call, waits } = trial({ attempts: 2 })
  for (let index = 0; index < 3000; index++) await call(index % 10 === 0 ? times(1) : [])
  expect(waits).toHaveLength(300)
})

test('an earlier failure counts as the first attempt', async () => {
  const { call, waits } = trial()
  expect(await call([], failure())).toEqual([2])
  expect(waits).toEqual([50])
  expect(await failureOf(call([], failure({ code: 'AccessDenied' })))).toMatchObject({ code: 'AccessDenied' })
})

test('what is no failure of the store is thrown as it is', async () => {
  const { call, waits } = trial()
  const mistake = new TypeError('a mistake') as unknown as S3Error
  expect(await failureOf(call([mistake]))).toBe(mistake)
  expect(waits).toEqual([])
})

test('a retry after a timeout costs the budget twice as much', () => {
  const budget = retryBudget()
  expect([budget.take(false), budget.take(true)]).toEqual([5, 10])
})
