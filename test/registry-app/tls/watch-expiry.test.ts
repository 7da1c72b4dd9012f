import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import type { CertificateFacts } from '../../../registry-app/src/tls/certificates.ts'
import { watchExpiry } from '../../../registry-app/src/tls/watch-expiry.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const day = 24 * 3_600_000

const lasting = (days: number, serial = '01'): CertificateFacts => ({
  names: ['registry.test'],
  notBefore: new Date(Date.now() - 365 * day),
  notAfter: new Date(Date.now() + days * day + 1000),
  issuer: 'CN=trial',
  serial,
})

function watching(facts: CertificateFacts[]) {
  const lines: string[] = []
  const log = createLog({ level: 'info', formatter: 'text', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const certificates = { find: () => undefined, all: () => facts, reload: async () => {}, stop: () => {} }
  const stop = watchExpiry(certificates, log, () => new Date())
  /** What was said since this was asked last. */
  const said = () => {
    log.flush()
    return lines.splice(0).join('')
  }
  return { said, stop, pass: (days: number) => vi.advanceTimersByTime(days * day) }
}

test('says at the start what is served and how many days it has left', () => {
  const { said } = watching([lasting(60)])
  expect(said()).toMatch(/level=info msg="a certificate is served" names=registry\.test issuer="CN=trial" days=60\n$/)
})

test('warns once below 30 days and once below 14, and every day in the last week', () => {
  const { said, pass } = watching([lasting(40)])
  said()
  const warned = Array.from({ length: 42 }, () => {
    pass(1)
    return (said().match(/level=warn/g) ?? []).length
  })
  const days = warned.flatMap((count, index) => (count > 0 ? [39 - index] : []))
  expect(Math.max(...warned)).toBe(1)
  expect(days).toEqual([29, 13, 6, 5, 4, 3, 2, 1, 0, -1, -2])
})

test('is silent again when another one is served', () => {
  const facts = [lasting(5)]
  const { said, pass } = watching(facts)
  expect(said()).toMatch(/level=warn msg="the certificate for registry\.test expires in 5 days/)
  facts[0] = lasting(90, '02')
  pass(3)
  expect(said()).toBe('')
})
