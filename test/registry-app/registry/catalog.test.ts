import { describe, expect, test } from 'vitest'
import { type Catalog, catalog } from '../../../registry-app/src/registry/catalog.ts'
import type { Name } from '../../../registry-app/src/registry/name.ts'
import type { Key, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { bytes, keysUnder } from '../support/bytes.ts'
import { standingClock } from '../support/registry.ts'

const minute = 60_000
const all = (of: Catalog, last = '') => Array.fromAsync(of.names(last))
const notes = 'docker/registry/v2/_registry/new-repositories/'

/** A bucket with repositories, whose listings are counted. @param folds whether it counts only names, or the keys below as well, as MinIO does */
async function bucket({ names, folds }: { names: readonly string[]; folds: boolean }) {
  const clock = standingClock()
  const memory = memoryDriver(clock)
  const put = (name: string) => memory.put(`docker/registry/v2/repositories/${name}/_layers/sha256/x/link`, bytes('x'))
  for (const name of names) await put(name)
  let lists = 0
  const driver: StorageDriver = {
    ...memory,
    remote: true,
    async *list(prefix: Key, options) {
      for await (const { objects, prefixes } of memory.list(prefix, options)) {
        const cut = folds || options?.delimiter === undefined ? 1 : 2
        const half = Math.ceil(prefixes.length / cut)
        lists += 1
        yield { objects, prefixes: prefixes.slice(0, half), more: cut > 1 }
        if (cut === 1) continue
        lists += 1
        yield { objects: [], prefixes: prefixes.slice(half), more: false }
      }
    },
  }
  const listed = async (act: () => Promise<unknown>) => {
    lists = 0
    await act()
    return lists
  }
  return { clock, driver, put, listed }
}

const names = ['a', 'a-b', 'a/b', 'c/d/e', 'z']

describe('a store that folds what lies below a name', () => {
  test('is asked each time', async () => {
    const { driver, put, listed } = await bucket({ names, folds: true })
    const replica = catalog(driver, () => new Date())
    expect(await all(replica)).toEqual(names)
    await put('m')
    expect(await all(replica, 'c')).toEqual(['c/d/e', 'm', 'z'])
    expect(await listed(() => all(replica))).toBe(1)
  })
})

describe('a store that counts what lies below a name', () => {
  test('is walked once, and asked only for what is new after', async () => {
    const { clock, driver, listed } = await bucket({ names, folds: false })
    const replica = catalog(driver, clock.now)
    expect(await all(replica)).toEqual(names)
    expect(await all(replica, 'a/b')).toEqual(['c/d/e', 'z'])
    expect(await listed(() => all(replica))).toBe(1)
  })

  test('shows at once what another replica was pushed to', async () => {
    const { clock, driver, put } = await bucket({ names, folds: false })
    const [one, other] = [catalog(driver, clock.now), catalog(driver, clock.now)]
    await all(one)
    clock.move(minute)
    await put('m/n')
    await other.added('m/n' as Name)
    expect(await all(one, 'c/d/e')).toEqual(['m/n', 'z'])
  })

  test('in order, wherever a page begins and whatever came in between', async () => {
    const { clock, driver, put } = await bucket({ names, folds: false })
    const [one, other] = [catalog(driver, clock.now), catalog(driver, clock.now)]
    await all(one)
    const seen = [...names]
    for (const name of ['zz', '0', 'a-c', 'c', 'm']) {
      await put(name)
      await other.added(name as Name)
      seen.push(name)
      seen.sort()
      expect(await all(one)).toEqual(seen)
      for (const last of ['0', 'a', 'a-', 'b', 'c/d/e', 'zz', 'zzz']) expect(await all(one, last)).toEqual(seen.filter(each => each > last))
    }
  })

  test('though the other one’s clock is late', async () => {
    const { clock, driver, put } = await bucket({ names, folds: false })
    const late = catalog(driver, () => new Date(clock.now().getTime() - 50_000))
    const one = catalog(driver, clock.now)
    await all(one)
    await put('m/n')
    await late.added('m/n' as Name)
    expect(await all(one)).toContain('m/n')
  })

  test('shows after five minutes what somebody else pushed who knows nothing of us', async () => {
    const { clock, driver, put } = await bucket({ names, folds: false })
    const replica = catalog(driver, clock.now)
    await all(replica)
    await put('m')
    expect(await all(replica)).not.toContain('m')
    clock.move(5 * minute)
    expect(await all(replica)).toContain('m')
  })

  test('is told of a repository once', async () => {
    const { clock, driver } = await bucket({ names, folds: false })
    const replica = catalog(driver, clock.now)
    await all(replica)
    await replica.added('a/b' as Name)
    await replica.added('new' as Name)
    clock.move(1)
    await replica.added('new' as Name)
    expect((await keysUnder(driver, notes)).map(key => key.slice(notes.length + 16))).toEqual(['new'])
  })

  test('does not keep what it was told for ever', async () => {
    const { clock, driver } = await bucket({ names, folds: false })
    const replica = catalog(driver, clock.now)
    await replica.added('old' as Name)
    clock.move(30 * minute)
    await replica.added('new' as Name)
    await replica.tidy()
    expect((await keysUnder(driver, notes)).map(key => key.slice(notes.length + 16))).toEqual(['new'])
  })
})

test('files are asked each time, and told nothing', async () => {
  const driver = memoryDriver(standingClock())
  const replica = catalog(driver, () => new Date())
  await replica.added('a' as Name)
  expect(await keysUnder(driver, '')).toEqual([])
})
