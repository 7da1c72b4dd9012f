import { expect, test } from 'vitest'
import type { Certificates } from '../../../registry-app/src/tls/certificates.ts'
import { certificateReady } from '../../../registry-app/src/wiring/certificate-ready.ts'

const now = () => new Date('2026-06-01T00:00:00Z')

/** @param notAfter of the one that is there; absent: there is none */
function certificates(notAfter?: string, waiting: readonly (readonly [string, string])[] = []): Certificates {
  const facts = {
    names: ['registry.test'],
    notBefore: new Date('2026-03-01T00:00:00Z'),
    notAfter: new Date(notAfter ?? 0),
    issuer: '',
    serial: '',
  }
  return {
    find: () => undefined,
    all: () => (notAfter === undefined ? [] : [facts]),
    waiting: () => new Map(waiting),
    reload: async () => {},
    stop: () => {},
  }
}

test.each([
  ['is well where one is there for long', certificates('2026-12-01T00:00:00Z'), { state: 'ok' }],
  [
    'warns of one that ends soon',
    certificates('2026-06-04T00:00:00Z'),
    { state: 'warning', detail: expect.stringContaining('expires in 3 days') },
  ],
  [
    'warns of a host that has none, beside one that has',
    certificates('2026-12-01T00:00:00Z', [['other.test', 'it reached nobody at port 80']]),
    { state: 'warning', detail: 'waiting for a certificate for other.test: it reached nobody at port 80' },
  ],
  [
    'has failed while there is none at all, and says why',
    certificates(undefined, [['registry.test', 'it is being ordered']]),
    { state: 'failed', detail: 'waiting for a certificate for registry.test: it is being ordered' },
  ],
])('the check of certificates %s', async (_, of, finding) => {
  expect(await certificateReady(of, now).look()).toEqual(finding)
})
