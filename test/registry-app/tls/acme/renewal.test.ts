import { describe, expect, test } from 'vitest'
import { parseRetryAfter } from '../../../../registry-app/src/concurrency/retry-after.ts'
import type { RenewalInfo } from '../../../../registry-app/src/tls/acme/authority-port.ts'
import { challengeFor, pauseAfter, pauseAfterSuccess, planRenewal, usualRenewal } from '../../../../registry-app/src/tls/acme/renewal.ts'
import { certificateLasting } from './support/certificate-lasting.ts'
import { fakeAuthority } from './support/fake-authority.ts'

const day = 24 * 3_600_000
const hour = 3_600_000
const ninety = { notBefore: new Date(0), notAfter: new Date(90 * day) }

describe('a certificate is renewed', () => {
  test.each([
    ['at the latest when a third of its lifetime is left', 0, 60],
    ['at the earliest a tenth of that third before', 1, 57],
  ])('%s', (_, random, days) => {
    expect(usualRenewal(ninety, () => random)).toBe(days * day)
  })

  const plan = async (info: Partial<RenewalInfo> | undefined, previous?: Parameters<typeof planRenewal>[2], random = 0.5) => {
    const authority = fakeAuthority({ renewalInfo: info && { start: 0, end: 0, retryAfter: undefined, explanation: undefined, ...info } })
    return planRenewal(authority, certificateLasting(90 * day), previous, { now: 10 * day, random: () => random })
  }

  test('when the authority would like it: at a moment of its window that nobody else chooses', async () => {
    expect(await plan({ start: 40 * day, end: 50 * day }, undefined, 0.3)).toMatchObject({ at: 43 * day })
  })

  test('at the moment once chosen, as long as the window is the same', async () => {
    const first = await plan({ start: 40 * day, end: 50 * day }, undefined, 0.3)
    expect((await plan({ start: 40 * day, end: 50 * day }, first, 0.9)).at).toBe(43 * day)
    expect((await plan({ start: 40 * day, end: 44 * day }, first, 0.5)).at).toBe(42 * day)
  })

  test('before it expires, whatever the authority says', async () => {
    expect((await plan({ start: 80 * day, end: 200 * day }, undefined, 1)).at).toBe(85.5 * day)
  })

  test('at the usual time where the authority says nothing', async () => {
    expect((await plan(undefined, undefined, 0)).at).toBe(60 * day)
  })

  test.each([
    ['when it says', 2 * hour, 2 * hour],
    ['after six hours where it does not', undefined, 6 * hour],
    ['after a minute at the soonest', 0, 60_000],
    ['after a day at the latest', 30 * day, day],
  ])('and the authority is asked again %s', async (_, retryAfter, expected) => {
    expect((await plan({ start: 40 * day, end: 50 * day, retryAfter })).askAgain - 10 * day).toBe(expected)
  })
})

describe('after a failure', () => {
  test('the pauses grow, and never exceed what Let’s Encrypt allows: five failures in an hour', () => {
    const pauses = Array.from({ length: 12 }, (_, index) => pauseAfter(index + 1, () => 0) / 60_000)
    expect(pauses).toEqual([1, 4, 15, 15, 15, 30, 60, 180, 180, 180, 180, 180])
    // Its allowance is five, and grows by one each twelve minutes.
    let allowance = 5
    for (const pause of pauses) {
      allowance -= 1
      expect(allowance).toBeGreaterThanOrEqual(0)
      allowance = Math.min(5, allowance + pause / 12)
    }
  })

  test('chance makes them longer, not shorter', () => {
    expect(pauseAfter(1, () => 1)).toBeCloseTo(66_000)
  })

  test('the other challenge has its turn', () => {
    expect([0, 1, 2].map(failures => challengeFor(['tls-alpn-01', 'http-01'], failures))).toEqual(['tls-alpn-01', 'http-01', 'tls-alpn-01'])
    expect([0, 1].map(failures => challengeFor(['http-01'], failures))).toEqual(['http-01', 'http-01'])
  })
})

test.each([
  [90 * day, 12 * hour],
  [6 * hour, 2 * hour],
])('a certificate that lasts %i ms is not ordered again for %i ms, however soon it seems to be due', (lifetime, pause) => {
  expect(pauseAfterSuccess(certificateLasting(lifetime).facts)).toBe(pause)
})

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 30_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, expected) => {
  expect(parseRetryAfter(header, new Date(30_000))).toBe(expected)
})
