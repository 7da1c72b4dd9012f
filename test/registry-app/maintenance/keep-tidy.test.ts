import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepTidy } from '../../../registry-app/src/maintenance/keep-tidy.ts'
import { load } from '../config/complaints-of.ts'
import { content, keysUnder } from '../support/bytes.ts'
import { hour, trial } from '../support/registry.ts'
import { sendInChunks } from '../support/uploads.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const maintenanceOf = (yaml: string) => load(`storage: {inmemory: {}, maintenance: {${yaml}}}`).config.storage.maintenance

/** Two unfinished uploads, one of them older than an hour, and what tidying was switched on by `maintenance`. */
async function tidied(maintenance: string) {
  const { registry, driver, clock } = trial()
  await sendInChunks(registry, 'a/old', content(20), { size: 10, ranged: true })
  clock.move(2 * hour)
  await sendInChunks(registry, 'a/young', content(20), { size: 10, ranged: true })
  const sweep = vi.fn(async () => {})
  const said: unknown[] = []
  const log = { info: (message: string, facts: unknown) => said.push([message, facts]), error: (...args: unknown[]) => said.push(args) }
  keepTidy({ ...driver, sweep }, registry, maintenanceOf(maintenance), { log: log as never, now: clock.now })
  const uploads = async () =>
    (await Promise.all(['a/old', 'a/young'].map(name => keysUnder(driver, `docker/registry/v2/repositories/${name}/_uploads/`)))).map(
      keys => keys.length > 0,
    )
  return { sweep, said, uploads, clock }
}

const aged = 'age: 1h, interval: 30m'

test('soon after the start, and then each interval, unfinished uploads that are too old go, and what crashed writers left', async () => {
  const { sweep, said, uploads, clock } = await tidied(`uploadpurging: {${aged}}`)
  await vi.advanceTimersByTimeAsync(90_000)
  expect(await uploads()).toEqual([false, true])
  expect(said).toEqual([['unfinished uploads purged', { uploads: 1, dryrun: false }]])
  expect(sweep).toHaveBeenCalledTimes(1)
  clock.move(2 * hour)
  await vi.advanceTimersByTimeAsync(30 * 60_000)
  expect(await uploads()).toEqual([false, false])
  expect(sweep).toHaveBeenCalledTimes(2)
})

test('dryrun says what would go, and takes nothing: not even what crashed writers left', async () => {
  const { sweep, said, uploads } = await tidied(`uploadpurging: {${aged}, dryrun: true}`)
  await vi.advanceTimersByTimeAsync(90_000)
  expect(await uploads()).toEqual([true, true])
  expect(said).toEqual([['unfinished uploads purged', { uploads: 1, dryrun: true }]])
  expect(sweep).not.toHaveBeenCalled()
})

test.each(['uploadpurging: {enabled: false}', 'uploadpurging: {interval: 0s}', 'readonly: {enabled: true}'])(
  '%s: nothing is looked for',
  async off => {
    await tidied(off)
    expect(vi.getTimerCount()).toBe(0)
  },
)

test('a store that is away is no reason to end, and is said', async () => {
  const { sweep, said, uploads } = await tidied(`uploadpurging: {${aged}}`)
  sweep.mockRejectedValueOnce(new Error('no answer'))
  await vi.advanceTimersByTimeAsync(90_000)
  expect(said).toEqual([['purging unfinished uploads failed', { error: expect.objectContaining({ message: 'no answer' }) }]])
  expect(await uploads()).toEqual([true, true])
  await vi.advanceTimersByTimeAsync(30 * 60_000)
  expect(await uploads()).toEqual([false, true])
})
