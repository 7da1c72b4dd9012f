import { describe, expect, test } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import type { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import { uploadsPath, usagePath } from '../../../registry-app/src/registry/paths.ts'
import { type QuotaRule, quotas } from '../../../registry-app/src/registry/quotas.ts'
import { readUsage, type Usage, writeUsage } from '../../../registry-app/src/registry/usage.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, content, pieces, sha256 } from '../support/bytes.ts'
import { countedDriver } from '../support/counted-driver.ts'
import { counter } from '../support/counter.ts'
import { codeOf, configType, image, layerType, name, pushBlob, pushImage, pushManifest } from '../support/images.ts'
import { hour, standingClock, trial } from '../support/registry.ts'
import { chunk } from '../support/uploads.ts'

const minute = hour / 60

function setUp(rules: readonly QuotaRule[], usage?: Partial<Usage>) {
  const clock = standingClock()
  const warned: string[] = []
  let reads = 0
  const store = memoryDriver(clock)
  const driver: StorageDriver = {
    ...store,
    read(key, options) {
      if (key === usagePath) reads += 1
      return store.read(key, options)
    },
  }
  const given = () => ({
    quotas: quotas({
      driver,
      rules,
      uploadAge: 24 * hour,
      now: clock.now,
      clock: () => clock.now().getTime(),
      warn: message => warned.push(message),
    }),
  })
  const opened = trial({ driver, now: clock.now, ...given() })
  const write = (changed: Partial<Usage>) =>
    writeUsage(driver, { format: 1, at: clock.now().getTime(), repositories: {}, prefixes: {}, ...changed })
  const ready = usage ? write(usage) : Promise.resolve()
  /** What is left of it is said by the next refusal. */
  const used = async (to: string) => {
    try {
      await pushBlob(opened.registry, to, content(1_000_000, 7))
      return undefined
    } catch (error) {
      return ((error as RegistryError).detail as { used: number }).used
    }
  }
  return { ...opened, clock, driver, warned, write, ready, used, reads: () => reads, replica: () => opened.another(given()) }
}

const team = (size: number) => [{ prefix: 'team', limit: size }]
const amount = (size: number) => ({ blobs: 1, bytes: size })

describe('a quota', () => {
  test('refuses what would not fit, with the numbers, and stores nothing of it', async () => {
    const { registry, driver, ready } = setUp(team(100), { prefixes: { team: amount(60) } })
    await ready
    await pushBlob(registry, 'team/app', content(30))
    const refused = await pushBlob(registry, 'team', content(11, 2)).catch(error => error)
    expect(JSON.parse(JSON.stringify(refused))).toEqual({
      code: 'DENIED',
      message: 'quota exceeded: team uses 90 bytes of 100 bytes, and this push would add 11 bytes',
      detail: { prefix: 'team', used: 90, limit: 100, adds: 11 },
    })
    expect(refused.status).toBe(403)
    expect(
      await driver.stat(`docker/registry/v2/blobs/sha256/${sha256(content(11, 2)).slice(7, 9)}/${sha256(content(11, 2)).slice(7)}/data`),
    ).toBeUndefined()
    await pushBlob(registry, 'team/app', content(10, 3))
  })

  test.each(['team', 'team/a/b'])('covers %s', async covered => {
    expect(await codeOf(pushBlob(setUp(team(5)).registry, covered, content(6)))).toBe('DENIED')
  })

  test.each(['teams', 'team-a/app', 'other/team'])('leaves %s alone', async other => {
    expect(await codeOf(pushBlob(setUp(team(5)).registry, other, content(6)))).toBe('no error')
  })

  test('without a prefix covers everything; of several, each must have room', async () => {
    const { registry } = setUp([{ prefix: '', limit: 20 }, ...team(10)])
    await pushBlob(registry, 'team', content(10))
    expect(await codeOf(pushBlob(registry, 'team', content(1, 2)))).toBe('DENIED')
    await pushBlob(registry, 'other', content(10, 3))
    expect(await codeOf(pushBlob(registry, 'other', content(1, 4)))).toBe('DENIED')
  })

  test('holds for bodies whose size nobody tells, for chunks, mounts and manifests', async () => {
    const { registry, used } = setUp(team(100))
    const unsized = () => ({ pieces: pieces(content(101)) })
    expect(await codeOf(registry.uploads.append(registry.uploads.start(name('team')), unsized()))).toBe('DENIED')
    expect(await codeOf(registry.uploads.store(name('team'), sha256(content(101)), unsized()))).toBe('DENIED')
    const begun = await registry.uploads.append(registry.uploads.start(name('team')), chunk(content(60), 0))
    expect(await codeOf(registry.uploads.append(begun, chunk(content(41), 60)))).toBe('DENIED')
    await pushBlob(registry, 'other', content(101))
    expect(await codeOf(registry.blobs.mount(name('team'), sha256(content(101)), name('other')))).toBe('DENIED')
    const [config, layer] = [await pushBlob(registry, 'team', '{}', configType), await pushBlob(registry, 'team', 'a layer')]
    expect(await codeOf(pushManifest(registry, 'team', image({ config, layers: [layer] }), { as: 'v1' }))).toBe('DENIED')
    expect(await registry.tags.get(name('team'), 'v1' as never)).toBeUndefined()
    // The upload that was begun is among it.
    expect(await used('team')).toBe(69)
  })

  test('that is used up refuses an upload before it begins', async () => {
    const { registry } = setUp(team(10))
    await registry.uploads.admit(name('team'))
    await pushBlob(registry, 'team', content(10))
    await expect(registry.uploads.admit(name('team'))).rejects.toThrow('quota exceeded: team uses 10 bytes of 10 bytes')
  })

  test('counts a blob once, however often it is pushed or mounted below the prefix', async () => {
    const { registry, used } = setUp(team(100))
    await pushBlob(registry, 'team/a', content(60))
    await pushBlob(registry, 'team/b', content(60))
    await registry.blobs.mount(name('team/c'), sha256(content(60)), name('team/a'))
    expect(await used('team')).toBe(60)
  })

  test('takes no mount from a repository below its prefix for more, though this process has not seen its push', async () => {
    const { registry, replica, used } = setUp(team(100))
    await pushBlob(replica(), 'team/a', content(60))
    await registry.blobs.mount(name('team/b'), sha256(content(60)), name('team/a'))
    expect(await used('team')).toBe(0)
  })
})

describe('an upload that is not closed', () => {
  const at = name('team/app')

  test('counts, chunk by chunk, so that others are refused as by any full quota, before they begin and while they come', async () => {
    const { registry, used } = setUp(team(100))
    const begun = await registry.uploads.append(registry.uploads.start(at), chunk(content(40), 0))
    await registry.uploads.append(begun, chunk(content(40), 40))
    expect(await used('team')).toBe(80)
    const refused = registry.uploads.append(registry.uploads.start(at), chunk(content(21), 0))
    await expect(refused).rejects.toThrow('quota exceeded: team uses 80 bytes of 100 bytes, and this push would add 21 bytes')
    await expect(refused).rejects.toMatchObject({ code: 'DENIED', status: 403 })
    const unsized = { pieces: pieces(content(21)) }
    expect(await codeOf(registry.uploads.append(registry.uploads.start(at), unsized))).toBe('DENIED')
    await registry.uploads.append(registry.uploads.start(at), chunk(content(20), 0))
    expect(await codeOf(registry.uploads.admit(at))).toBe('DENIED')
  })

  test('counts whatever is sent to one Location again and again', async () => {
    const { registry, driver } = setUp(team(100))
    const begun = registry.uploads.start(at)
    const outcomes = []
    for (let sent = 0; sent < 4; sent += 1) outcomes.push(await codeOf(registry.uploads.append(begun, chunk(content(30), 0))))
    expect(outcomes).toEqual(['no error', 'no error', 'no error', 'DENIED'])
    const objects = (await Array.fromAsync(driver.list(uploadsPath(at)))).flatMap(page => page.objects)
    expect(objects.filter(({ size }) => size === 30)).toHaveLength(3)
  })

  test('counts once when it is closed, and no more when it is cancelled', async () => {
    const { registry, used } = setUp(team(100))
    const whole = content(60)
    const begun = await registry.uploads.append(registry.uploads.start(at), chunk(whole.subarray(0, 50), 0))
    await registry.uploads.finish(begun, sha256(whole), chunk(whole.subarray(50), 50))
    expect(await used('team')).toBe(60)
    const other = await registry.uploads.append(registry.uploads.start(at), chunk(content(40, 2), 0))
    expect(await used('team')).toBe(100)
    await registry.uploads.cancel(other)
    expect(await used('team')).toBe(60)
  })

  test('may fill what is left, and be closed then', async () => {
    const { registry, used } = setUp(team(100))
    const begun = await registry.uploads.append(registry.uploads.start(at), chunk(content(100), 0))
    await registry.uploads.finish(begun, sha256(content(100)), undefined)
    expect(await used('team')).toBe(100)
  })

  test('that came in one piece, as docker sends it, counts once however often it is sent, also when it is cancelled: its blob is there until it is collected', async () => {
    const { registry, used } = setUp(team(130))
    const send = () => registry.uploads.append(registry.uploads.start(at), { pieces: pieces(content(60)) })
    await send()
    expect(await used('team')).toBe(60)
    await registry.uploads.cancel(await send())
    expect(await used('team')).toBe(60)
    expect(await codeOf(registry.uploads.append(registry.uploads.start(at), { pieces: pieces(content(71, 2)) }))).toBe('DENIED')
    await registry.uploads.finish(await send(), sha256(content(60)), undefined)
    expect(await used('team')).toBe(60)
    await send()
    expect(await used('team')).toBe(60)
  })

  test('counts for as long as it is kept', async () => {
    const { registry, used, clock } = setUp(team(100))
    await registry.uploads.append(registry.uploads.start(at), chunk(content(60), 0))
    clock.move(24 * hour)
    expect(await used('team')).toBe(60)
    clock.move(2 * hour)
    expect(await used('team')).toBe(0)
  })

  test('is refused as a whole where it came through another replica before', async () => {
    const { registry, replica } = setUp(team(100))
    const begun = await replica().uploads.append(registry.uploads.start(at), chunk(content(60), 0))
    expect(await codeOf(registry.uploads.append(begun, chunk(content(41), 60)))).toBe('DENIED')
    await registry.uploads.append(begun, chunk(content(40), 60))
  })

  test('counts without a request to the store', async () => {
    const { driver: store, clock } = setUp(team(100))
    const asked = async (quota: QuotaRule[]) => {
      const { driver, calls } = countedDriver(store)
      const given = quotas({ driver, rules: quota, uploadAge: hour, now: clock.now, clock: () => 0, warn: () => {} })
      const { registry } = trial({ driver, now: clock.now, quotas: given })
      const begun = await registry.uploads.append(registry.uploads.start(at), chunk(content(10), 0))
      await registry.uploads.finish(begun, sha256(content(20)), chunk(content(20).subarray(10), 10))
      await registry.uploads.cancel(await registry.uploads.append(registry.uploads.start(at), chunk(content(10), 0)))
      return calls
    }
    const without = await asked([])
    expect(await asked(team(100))).toEqual(['read', ...without])
  })
})

describe('what is used', () => {
  test('is read once for many pushes, and again beside one of them ten minutes later', async () => {
    const { registry, ready, reads, clock } = setUp(team(1000), { prefixes: { team: amount(0) } })
    await ready
    for (let push = 0; push < 20; push += 1) await pushBlob(registry, 'team', content(10, push + 1))
    expect(reads()).toBe(1)
    clock.move(11 * minute)
    await pushBlob(registry, 'team', content(10, 30))
    await pushBlob(registry, 'team', content(10, 31))
    expect(reads()).toBe(2)
  })

  test('costs nothing where no quota covers the repository', async () => {
    const { registry, reads } = setUp(team(1000))
    await pushImage(registry, 'other', 'a layer', { as: 'v1' })
    expect(reads()).toBe(0)
  })

  test('is what was counted, and what was pushed after that', async () => {
    const { registry, clock, write, used } = setUp(team(1000))
    await pushBlob(registry, 'team', content(100, 1))
    clock.move(5 * minute)
    const counted = clock.now().getTime()
    clock.move(5 * minute)
    await pushBlob(registry, 'team', content(200, 2))
    await write({ at: counted, prefixes: { team: amount(100) } })
    clock.move(11 * minute)
    await registry.uploads.admit(name('team'))
    await new Promise(setImmediate)
    expect(await used('team')).toBe(300)
  })

  test('falls when a later count is smaller', async () => {
    const { registry, clock, write, used } = setUp(team(300))
    await pushBlob(registry, 'team', content(290, 1))
    expect(await codeOf(pushBlob(registry, 'team', content(20, 2)))).toBe('DENIED')
    clock.move(25 * hour)
    await write({ prefixes: { team: amount(50) } })
    expect(await used('team')).toBe(50)
  })

  test('is the sum of the repositories where the quota is newer than the count, and only what was pushed where nothing was counted', async () => {
    const { ready, used } = setUp(team(5), { repositories: { team: amount(3), 'team/a': amount(4), teams: amount(5) } })
    await ready
    expect(await used('team')).toBe(7)
    const uncounted = setUp(team(5))
    expect(await uncounted.used('team')).toBe(0)
    expect(uncounted.warned).toHaveLength(1)
  })
})

describe('garbage collection', () => {
  const timings = { grace: 24 * hour, viewage: minute, window: 12 * hour, batchtime: 30_000, margin: 60_000 }
  const run = (driver: StorageDriver, counted: readonly string[], exclusive = false) =>
    collect({
      ...{ driver, timings, breadth: 4, randomName: counter('run'), progress: () => {}, untagged: false, dryRun: false },
      exclusive,
      counted,
    })

  async function stocked() {
    const opened = trial()
    const { registry } = opened
    // Each has a config of 2 bytes, a layer of 10, and a manifest.
    const sizes: number[] = []
    for (const [at, layer] of [
      ['team/a', 1],
      ['team/b', 1],
      ['team/b/c', 2],
      ['team-x', 1],
      ['team', 3],
    ] as const) {
      const config = await pushBlob(registry, at, '{}', configType)
      const pushed = await pushBlob(registry, at, content(10, layer), layerType)
      sizes.push(
        (await pushManifest(registry, at, image({ config, layers: [pushed], annotations: { layer: `${layer}` } }), { as: 'v1' })).size,
      )
    }
    const manifest = sizes[0] ?? 0
    expect(new Set(sizes)).toEqual(new Set([manifest]))
    return { ...opened, manifest }
  }

  test('counts each repository, and each prefix, where a shared blob counts once', async () => {
    const { driver, clock, manifest } = await stocked()
    await run(driver, ['team', 'team/b', ''])
    const usage = await readUsage(driver)
    const each = { blobs: 3, bytes: 12 + manifest }
    expect(usage).toEqual({
      format: 1,
      at: clock.now().getTime() - timings.margin,
      repositories: { team: each, 'team-x': each, 'team/a': each, 'team/b': each, 'team/b/c': each },
      prefixes: {
        team: { blobs: 7, bytes: 2 + 30 + 3 * manifest },
        'team/b': { blobs: 5, bytes: 2 + 20 + 2 * manifest },
        '': { blobs: 7, bytes: 2 + 30 + 3 * manifest },
      },
    })
  })

  test('counts what is garbage until it is gone', async () => {
    const { registry, driver, clock, manifest } = await stocked()
    await pushBlob(registry, 'team/b/c', content(1000))
    const counted = async () => {
      await run(driver, ['team/b/c'])
      return (await readUsage(driver))?.prefixes['team/b/c']?.bytes
    }
    expect(await counted()).toBe(1012 + manifest)
    clock.move(25 * hour)
    expect(await counted()).toBe(1012 + manifest)
    clock.move(25 * hour)
    expect(await counted()).toBe(12 + manifest)
  })

  test('with --exclusive counts what is left', async () => {
    const { registry, driver, manifest } = await stocked()
    await pushBlob(registry, 'team/b/c', content(1000))
    await run(driver, ['team/b/c'], true)
    expect((await readUsage(driver))?.prefixes['team/b/c']?.bytes).toBe(12 + manifest)
  })

  test('asks the store for nothing more than it would without, and writes nothing where there are no quotas', async () => {
    const { driver } = await stocked()
    const asked: string[] = []
    const told =
      <Args extends [key: string, ...unknown[]], Result>(what: string, request: (...args: Args) => Result) =>
      (...args: Args) => {
        asked.push(`${what} ${args[0]}`)
        return request(...args)
      }
    const counting: StorageDriver = {
      ...driver,
      read: told('read', driver.read),
      list: told('list', driver.list),
      put: told('put', driver.put),
      stat: told('stat', driver.stat),
    }
    await run(counting, [])
    asked.length = 0
    await run(counting, [])
    const without = asked.splice(0)
    expect(await readUsage(driver)).toBeUndefined()
    await run(counting, ['team'])
    expect(asked.toSorted()).toEqual([...without, `put ${usagePath}`].toSorted())
  })
})

test('a usage that another release wrote otherwise is as if there were none', async () => {
  const driver = memoryDriver(standingClock())
  await driver.put(usagePath, bytes('{"format":2}'))
  expect(await readUsage(driver)).toBeUndefined()
})
