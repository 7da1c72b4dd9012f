import { expect, it } from 'vitest'
import { seededRandom } from '../support/seeded-random.ts'
import { internalError, slowDown } from './fault.ts'
import { always, atRate, firstOf, noFaults, onOperations, times } from './plan.ts'
import type { S3Request } from './s3-request.ts'

const request = (operation: S3Request['operation'] = 'GetObject') => ({ operation }) as S3Request

it('hits a share of the requests, and with the same seed the same ones', () => {
  const run = (seed: number) => {
    const plan = atRate(0.1, [slowDown, internalError], seededRandom(seed))
    return Array.from({ length: 2000 }, () => plan(request()))
  }
  const hit = run(1).filter(fault => fault !== undefined)
  expect(hit.length).toBeGreaterThan(150)
  expect(hit.length).toBeLessThan(250)
  expect(new Set(hit)).toEqual(new Set([slowDown, internalError]))
  expect(run(1)).toEqual(run(1))
  expect(run(2)).not.toEqual(run(1))
})

it.each([
  [0, 0],
  [1, 100],
])('at rate %d hits %d of 100', (rate, hits) => {
  const plan = atRate(rate, [slowDown], seededRandom(1))
  expect(Array.from({ length: 100 }, () => plan(request())).filter(Boolean)).toHaveLength(hits)
})

it('hits some operations and leaves the others alone', () => {
  const plan = onOperations(['PutObject', 'UploadPart'], always(slowDown))
  expect([plan(request('PutObject')), plan(request('GetObject')), plan(request('UploadPart'))]).toEqual([slowDown, undefined, slowDown])
})

it('stops after so many faults, and does not count what passed', () => {
  const plan = times(2, onOperations(['PutObject'], always(slowDown)))
  const asked = (['GetObject', 'PutObject', 'PutObject', 'PutObject'] as const).map(operation => plan(request(operation)))
  expect(asked).toEqual([undefined, slowDown, slowDown, undefined])
})

it('asks plans one after another', () => {
  expect(firstOf(noFaults, always(internalError), always(slowDown))(request())).toBe(internalError)
  expect(firstOf()(request())).toBeUndefined()
})
