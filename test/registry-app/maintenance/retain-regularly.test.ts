import { expect, test } from 'vitest'
import { retainRegularly } from '../../../registry-app/src/maintenance/retain-regularly.ts'
import { metricSet } from '../../../registry-app/src/ops/metrics/metric-set.ts'
import { retentionMetrics } from '../../../registry-app/src/ops/metrics/retention-metrics.ts'
import { retentionPath } from '../../../registry-app/src/registry/paths.ts'
import { load } from '../config/complaints-of.ts'
import { all, keysUnder } from '../support/bytes.ts'
import { name, pushImage } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { keptLog, live } from './support/replicas.ts'

/** Replicas whose sleep takes no time, and moves the clock, until `days` are over. */
async function lived(policy: string, length: { replicas: number; days: number }, repositories = ['a']) {
  const { driver, clock, registry } = trial()
  for (const repository of repositories) {
    for (const as of ['v1', 'v2']) {
      await pushImage(registry, repository, as, { as })
      clock.move(hour)
    }
  }
  const { said, log } = keptLog()
  const set = metricSet()
  const metrics = retentionMetrics(set)
  const config = load(`{storage: inmemory, policy: {retention: {${policy}}}}`).config
  await live(clock, length, process => retainRegularly({ ...process, driver, config, log, audit: log, metrics }))
  const tags = (repository: string) => all(registry.tags.list(name(repository), ''))
  return { said, text: set.text(), tags, driver }
}

const rule = 'rules: [{repositories: ["**"], keep: {newest: 1}}]'

test('the rules are applied by one of many replicas, as often as the schedule says; what went is in log, audit log and metrics', async () => {
  const { said, text, tags, driver } = await lived(`enabled: true, ${rule}`, { replicas: 3, days: 4 })
  expect(await tags('a')).toEqual(['v2'])
  const applied = said.filter(({ message }) => message === 'retention applied')
  expect(applied.length).toBeGreaterThanOrEqual(3)
  expect(applied.length).toBeLessThanOrEqual(5)
  expect(applied[0]?.facts).toMatchObject({ repositories: 1, 'kept.tags': 1, 'removed.tags': 1, 'failed.repositories': 0 })
  expect(said.filter(({ message }) => message === 'audit').map(({ facts }) => facts)).toEqual([
    expect.objectContaining({
      'audit.action': 'retention',
      'audit.repository': 'a',
      'audit.tag': 'v1',
      'audit.reason': expect.stringContaining('rule 1 keeps'),
    }),
  ])
  expect(said.some(({ message }) => message.includes('garbagecollect.untagged is off'))).toBe(true)
  expect(text).toMatch(/^registry_retention_removed_tags_total 1$/m)
  expect(text).toMatch(/^registry_retention_runs_total\{result="ok"\} \d$/m)
  expect(text).toMatch(/^registry_retention_kept_tags 1$/m)
  expect(await keysUnder(driver, retentionPath)).toHaveLength(2)
})

test('dryrun logs what would go, and removes nothing', async () => {
  const { said, tags, text } = await lived(`enabled: true, dryrun: true, ${rule}`, { replicas: 1, days: 1 })
  expect(await tags('a')).toEqual(['v1', 'v2'])
  expect(said).toContainEqual({ message: 'retention would remove a tag', facts: expect.objectContaining({ 'vars.name': 'a', tag: 'v1' }) })
  expect(text).toMatch(/^registry_retention_removed_tags_total 0$/m)
})
