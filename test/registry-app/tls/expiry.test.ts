import { expect, test } from 'vitest'
import { certificateWarnings, daysLeft, expiryWarnings } from '../../../registry-app/src/tls/expiry.ts'

const facts = {
  names: ['registry.test'],
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2026-04-01T00:00:00Z'),
  issuer: 'CN=trial',
  serial: '01',
}

test.each([
  ['2026-01-01T00:00:00Z', 90, []],
  ['2026-03-02T00:00:00Z', 30, []],
  ['2026-03-02T00:00:01Z', 29, ['the certificate for registry.test expires in 29 days, at 2026-04-01T00:00:00.000Z']],
  ['2026-03-30T12:00:00Z', 1, ['the certificate for registry.test expires in one day, at 2026-04-01T00:00:00.000Z']],
  ['2026-03-31T12:00:00Z', 0, ['the certificate for registry.test expires in 0 days, at 2026-04-01T00:00:00.000Z']],
  ['2026-04-01T00:00:01Z', -1, ['the certificate for registry.test expired at 2026-04-01T00:00:00.000Z: clients refuse it']],
  [
    '2025-12-31T23:00:00Z',
    91 - 1,
    ['the certificate for registry.test is not valid before 2026-01-01T00:00:00.000Z: clients refuse it; is the clock right?'],
  ],
])('at %s there are %i days left', (time, days, warnings) => {
  expect(daysLeft(facts, new Date(time))).toBe(days)
  expect(expiryWarnings([facts], new Date(time))).toEqual(warnings)
})

test.each([
  ['2026-03-28T00:00:00Z', []],
  ['2026-03-30T12:00:00Z', ['the certificate for registry.test expires in one day, at 2026-04-01T00:00:00.000Z']],
])('one that lasts six days is not urgent before two are left: at %s', (time, warnings) => {
  expect(expiryWarnings([{ ...facts, notBefore: new Date('2026-03-26T00:00:00Z') }], new Date(time))).toEqual(warnings)
})

test('names that wait for a certificate are told with the reason, before those whose certificate expires', () => {
  const certificates = {
    find: () => undefined,
    all: () => [facts],
    waiting: () => new Map([['other.test', 'why']]),
    reload: async () => {},
    stop() {},
  }
  const warnings = certificateWarnings(certificates, new Date('2026-03-30T12:00:00Z'))
  expect(warnings).toEqual(['waiting for a certificate for other.test: why', expect.stringContaining('expires in one day')])
  expect(certificateWarnings(undefined, new Date())).toEqual([])
})
