import { expect, test } from 'vitest'
import { scrubRegularly } from '../../../registry-app/src/maintenance/scrub-regularly.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { metricSet } from '../../../registry-app/src/ops/metrics/metric-set.ts'
import { scrubMetrics } from '../../../registry-app/src/ops/metrics/scrub-metrics.ts'
import { blobDataPath, scrubberPath } from '../../../registry-app/src/registry/paths.ts'
import { quarantine } from '../../../registry-app/src/registry/quarantine.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { codeOf, name, pushBlob, pushImage } from '../support/images.ts'
import { hour, standingClock, trial } from '../support/registry.ts'

const stateKey = `${scrubberPath}last`
const settings = { enabled: true, schedule: '24h', rate: 1024 * 1024 }

/** A registry with an image whose layer is damaged. */
async function damaged() {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  const kept = quarantine(driver, () => clock.now().getTime())
  const opened = trial({ driver, quarantine: kept, now: clock.now })
  const { digest } = await pushImage(opened.registry, 'a', 'a layer', { as: 'v1' })
  await driver.put(blobDataPath(sha256('a layer')), bytes('a Layer'))
  clock.move(hour)
  const lines: string[] = []
  const log = (kind: string) =>
    createLog({
      level: 'info',
      formatter: 'json',
      fields: {},
      now: clock.now,
      write: text => lines.push(...text.split('\n').map(line => line && `${kind} ${line}`)),
    })
  const random = counter('process')

  /** Until time has passed so long: whoever waits lets it pass. */
  async function pass(milliseconds: number, over: StorageDriver = driver) {
    const until = clock.now().getTime() + milliseconds
    const [main, audit] = [log('log'), log('audit')]
    const set = metricSet()
    const { promise: done, resolve: ended } = Promise.withResolvers<void>()
    const end = scrubRegularly({
      ...{ driver: over, settings, quarantine: kept, log: main, audit, metrics: scrubMetrics(set), now: clock.now, random: () => 0.5 },
      clock: () => clock.now().getTime(),
      randomName: random,
      async sleep(pause, signal) {
        if (clock.now().getTime() + pause > until) {
          clock.move(until - clock.now().getTime())
          ended()
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        }
        clock.move(pause)
      },
    })
    await done
    await end()
    main.flush()
    audit.flush()
    const said = lines.splice(0).filter(line => line !== '')
    return { said, metrics: set.text() }
  }
  const state = async () => JSON.parse(Buffer.from((await driver.read(stateKey, { limit: 4096 })) ?? []).toString() || '{}')
  return { ...opened, driver, clock, digest, pass, state }
}

const about = (lines: readonly string[], word: string) => lines.filter(line => line.includes(word))

test('what is damaged is said with its images, in the log, the audit log and by metrics, and served no more', async () => {
  const { registry, digest, pass } = await damaged()
  const { said, metrics } = await pass(10 * 60_000)
  expect(about(said, 'is damaged')).toEqual([expect.stringContaining('"images":"a:v1"')])
  const fields = [`"audit.action":"quarantine"`, `"audit.digest":"${sha256('a layer')}"`, `"audit.image":"${digest}"`, `"audit.tag":"v1"`]
  for (const field of fields) expect(about(said, 'audit {')).toEqual([expect.stringContaining(field)])
  expect(about(said, 'all blobs were read through')).toEqual([expect.stringContaining('"damaged":1')])
  for (const line of [
    'registry_scrubs_total{result="ok"} 1',
    'registry_scrubbed_blobs_total 3',
    'registry_scrub_findings_total{finding="damaged"} 1',
  ])
    expect(metrics).toContain(`${line}\n`)
  expect(await codeOf(registry.blobs.open(name('a'), sha256('a layer')))).toBe('BLOB_UNKNOWN')
})

test('it is done as often as the schedule says, however often processes start', async () => {
  const { pass } = await damaged()
  const ends = async (milliseconds: number) => about((await pass(milliseconds)).said, 'all blobs were read through').length
  expect([await ends(hour), await ends(hour), await ends(hour), await ends(22 * hour), await ends(24 * hour)]).toEqual([1, 0, 0, 1, 1])
})

test('what was found before a crash is found and told again by whoever goes on', async () => {
  const { driver, pass, state } = await damaged()
  const dying: StorageDriver = {
    ...driver,
    put: (key, content, options) => (key === stateKey ? Promise.reject(new Error('killed')) : driver.put(key, content, options)),
  }
  expect(about((await pass(hour / 2, dying)).said, 'reading blobs through failed')[0]).toContain('killed')
  expect(await state()).toEqual({})
  const { said } = await pass(hour)
  expect(about(said, 'is damaged')).toHaveLength(1)
  expect(await state()).toMatchObject({ damaged: 1, blobs: 3 })
})

test('what was mended is said to be released', async () => {
  const { registry, pass } = await damaged()
  await pass(hour)
  await pushBlob(registry, 'a', 'a layer')
  const { said } = await pass(26 * hour)
  expect(about(said, 'audit {')).toEqual([expect.stringContaining(`"audit.action":"release"`)])
})

test('a pass that was ended goes on where it was in another process, before its time has come again', async () => {
  const { driver, pass, state, clock } = await damaged()
  const position = blobDataPath(sha256('a layer'))
  await driver.put(stateKey, Buffer.from(JSON.stringify({ begun: clock.now().getTime(), position, blobs: 7, bytes: 70, damaged: 2 })))
  const { said } = await pass(hour)
  const after = ['{}', 'a layer'].filter(text => blobDataPath(sha256(text)) > position).length
  const { blobs, damaged: found } = await state()
  expect(found).toBe(2)
  expect(blobs).toBeGreaterThanOrEqual(7 + after)
  expect(about(said, 'is damaged')).toEqual([])
})
