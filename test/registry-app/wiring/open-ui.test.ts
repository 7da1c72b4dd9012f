import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import type { Certificates } from '../../../registry-app/src/tls/certificates.ts'
import { requestCounts } from '../../../registry-app/src/ui/request-counts.ts'
import { openUi } from '../../../registry-app/src/wiring/open-ui.ts'
import { load } from '../config/complaints-of.ts'
import { trial } from '../support/registry.ts'

function opened(yaml: string, all?: Certificates['all']) {
  const { driver, registry, clock } = trial()
  const certificates = all && { all, find: () => undefined, reload: async () => {}, stop: async () => {} }
  return openUi(load(yaml).config, {
    ...{ driver, registry, certificates, checks: [], requests: requestCounts(clock.now) },
    log: createLog({ level: 'error', formatter: 'text', fields: {}, now: clock.now, write: () => {} }),
    now: clock.now,
    clock: () => clock.now().getTime(),
    random: () => 0,
    randomName: () => 'process',
    sleep: (_, signal) => once(signal, 'abort'),
  })
}

test('the page is told of each certificate for whom it is, and how many days are left', () => {
  const { clock } = trial()
  const in20Days = new Date(clock.now().getTime() + 20.5 * 24 * 3_600_000)
  const facts = { notBefore: new Date(0), issuer: 'CN=trial', serial: '01' }
  const all = () => [
    { ...facts, names: ['registry.test', 'other.test'], notAfter: in20Days },
    { ...facts, names: ['old.test'], notAfter: new Date(clock.now().getTime() - 1) },
  ]
  expect(opened('storage: inmemory', all).certificates()).toEqual([
    { names: ['registry.test', 'other.test'], notAfter: in20Days.toISOString(), daysLeft: 20 },
    expect.objectContaining({ names: ['old.test'], daysLeft: -1 }),
  ])
  expect(opened('storage: inmemory').certificates()).toEqual([])
})

test.each([
  ['', 'no'],
  ['garbagecollect: {enabled: true}', 'yes'],
  ['garbagecollect: {enabled: true, untagged: true}', 'untagged'],
  ['garbagecollect: {enabled: true}, readonly: {enabled: true}', 'no'],
])('with %j it says of what is deleted whether garbage collection takes it: %s', (maintenance, collects) => {
  expect(opened(`storage: {inmemory: {}, maintenance: {${maintenance}}}`).collects).toBe(collects)
})

test.each([
  ['{}', undefined],
  ['{undo: {grace: 48h}}', undefined],
  ['{undo: {deletions: true, grace: 48h}}', 48 * 3_600_000],
])('with policy: %s a deletion can be undone for %s milliseconds', (policy, milliseconds) => {
  expect(opened(`{storage: inmemory, policy: ${policy}}`).undoFor).toBe(milliseconds)
})
