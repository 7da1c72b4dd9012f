import { expect, test } from 'vitest'
import { collectRegularly } from '../../../registry-app/src/maintenance/collect-regularly.ts'
import { collectionMetrics } from '../../../registry-app/src/ops/metrics/collection-metrics.ts'
import { metricSet } from '../../../registry-app/src/ops/metrics/metric-set.ts'
import { blobDataPath, repositoryPath } from '../../../registry-app/src/registry/paths.ts'
import { load } from '../config/complaints-of.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { name, pushBlob, pushImage } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { keptLog, live } from './support/replicas.ts'

/** A registry with an image and a blob that nothing names, and replicas whose sleep takes no time, and moves the clock, until `days` are over. */
async function lived(garbagecollect: string, length: { replicas: number; days: number }, before = async (_: Lived) => {}) {
  const opened = trial()
  const { driver, clock, registry } = opened
  await pushImage(registry, 'a', 'a layer', { as: 'v1' })
  await pushBlob(registry, 'a', 'garbage')
  await before(opened)
  const { said, log } = keptLog()
  const set = metricSet()
  const metrics = collectionMetrics(set)
  const { maintenance } = load(`{storage: {inmemory: {}, maintenance: {garbagecollect: {${garbagecollect}}}}}`).config.storage
  await live(clock, length, process => collectRegularly({ ...process, driver, maintenance, counted: [], log, audit: log, metrics }))
  const isThere = async (text: string) => (await driver.stat(blobDataPath(sha256(text)))) !== undefined
  const runs = said.filter(({ message }) => message === 'garbage collected').map(({ facts }) => facts)
  const audited = said.filter(({ message }) => message === 'audit').map(({ facts }) => facts)
  return { said, runs, audited, text: set.text(), isThere }
}

type Lived = ReturnType<typeof trial>

test('what nothing names goes after its grace, by one of many replicas, as often as the schedule says; what went is in log, audit log and metrics', async () => {
  const { runs, audited, text, isThere } = await lived('enabled: true', { replicas: 3, days: 6 })
  expect([await isThere('garbage'), await isThere('a layer')]).toEqual([false, true])
  // One a day, and one more where what was condemned is due.
  expect(runs.length).toBeGreaterThanOrEqual(5)
  expect(runs.length).toBeLessThanOrEqual(8)
  expect(runs.filter(facts => facts['condemned.blobs'] === 1)).toHaveLength(1)
  expect(runs.filter(facts => facts['freed.blobs'] === 1 && facts['freed.bytes'] === 7)).toHaveLength(1)
  expect(audited).toEqual([
    { 'audit.action': 'collect', 'audit.object': 'blob', 'audit.repository': 'a', 'audit.blobs': 1, 'audit.size': 7 },
  ])
  expect(text).toMatch(/^registry_garbage_freed_blobs_total 1$/m)
  expect(text).toMatch(/^registry_garbage_freed_bytes_total 7$/m)
  expect(text).toMatch(new RegExp(`^registry_garbage_collections_total\\{result="ok"\\} ${runs.length}$`, 'm'))
  expect(text).toMatch(/^registry_garbage_collected_timestamp_seconds \d+/m)
})

test('dryrun says what would go, and takes nothing', async () => {
  const { runs, audited, text, isThere } = await lived('enabled: true, dryrun: true', { replicas: 1, days: 4 })
  expect(await isThere('garbage')).toBe(true)
  expect(runs.at(-1)).toMatchObject({ 'would.free.blobs': 1, 'would.free.bytes': 7 })
  expect(audited).toEqual([])
  expect(text).toMatch(/^registry_garbage_freed_blobs_total 0$/m)
})

test('where it is refused, such as beside an upload of Distribution’s, the reason is said, it is counted as failed, and tried again', async () => {
  const { said, runs, text, isThere } = await lived('enabled: true', { replicas: 1, days: 3 }, async ({ driver, clock }) => {
    clock.move(25 * hour)
    await driver.put(`${repositoryPath(name('b'))}_uploads/0f0b/hashstates/sha256/0`, bytes('state'))
  })
  const failures = said.filter(({ message }) => message === 'collecting garbage failed')
  expect(failures.length).toBeGreaterThan(1)
  expect(failures[0]?.facts).toEqual({
    reason: expect.stringContaining('Distribution has begun an upload to b'),
    see: 'docs/garbage-collection.md',
  })
  expect(text).toMatch(/^registry_garbage_collections_total\{result="failed"\} [1-9]/m)
  // When the upload is older than the grace, it has been left.
  expect(runs.length).toBeGreaterThan(0)
  expect(await isThere('a layer')).toBe(true)
})
