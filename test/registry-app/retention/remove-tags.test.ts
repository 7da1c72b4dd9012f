import { beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { tagIndexPath, tagLinkPath, tagPath } from '../../../registry-app/src/registry/paths.ts'
import { retain } from '../../../registry-app/src/retention/retain.ts'
import type { Key, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { all, keysUnder } from '../support/bytes.ts'
import { image, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { type Clock, standingClock, trial } from '../support/registry.ts'
import { removedIn } from '../support/removed.ts'
import { stepping } from './support/stepping.ts'
import { day, retaining, rulesOf } from './support/trial.ts'

/*
 * A tag that is old is removed, and while that goes on somebody pushes it: by two writes, the second at any later step of the removal. The clock stands still, as a
 * store's does that tells whole seconds.
 */

const where = name('a/b')
const rules = rulesOf('[{repositories: ["**"], keep: {newest: 1}}]')
const old = tag('old')

interface Scene {
  readonly clock: Clock
  readonly driver: StorageDriver
  readonly digests: { readonly old: Digest; readonly other: Digest }
}

/** `old` is to go, `new` is not. `other` is a manifest without a tag. */
async function scene(): Promise<Scene> {
  const clock = standingClock()
  const opened = trial({ driver: memoryDriver(clock) })
  const config = await pushBlob(opened.registry, where, '{}')
  const push = (number: number, as?: string) =>
    pushManifest(opened.registry, where, image({ config, annotations: { number: String(number) } }), as === undefined ? {} : { as })
  const first = await push(1, 'old')
  // Its history has two manifests.
  await push(4, 'old')
  clock.move(1000)
  await push(1, 'old')
  opened.clock.move(day)
  clock.move(day)
  await push(2, 'new')
  const other = await push(3)
  clock.move(day)
  return { clock, driver: opened.driver, digests: { old: first.digest, other: other.digest } }
}

const write = (driver: StorageDriver, digest: Digest) => [
  () => driver.put(tagIndexPath(where, old, digest), Buffer.from(digest)),
  () => driver.put(tagLinkPath(where, old), Buffer.from(digest)),
]

const named = async (driver: StorageDriver) => {
  const content = await driver.read(tagLinkPath(where, old), { limit: 1000 })
  return content && Buffer.from(content).toString()
}

class Crash extends Error {}

let steps = 0
beforeAll(async () => {
  const { driver } = await scene()
  const counted = stepping(driver, async () => {})
  const { removed } = await retain(retaining(counted, rules))
  expect(removed).toBe(1)
  steps = counted.steps()
  expect(steps).toBeLessThan(20)
})

/** Runs the removal, and pushes at those steps; the second write may come when all is over. */
async function pushedDuring({ driver, clock }: Scene, digest: Digest, first: number, second: number, crash = Number.POSITIVE_INFINITY) {
  const [history, current] = write(driver, digest)
  const due = [
    { at: first, go: history },
    { at: second, go: current },
  ]
  const goTo = async (step: number) => {
    for (const each of due.filter(({ at }) => at <= step)) {
      due.splice(due.indexOf(each), 1)
      await each.go?.()
    }
  }
  const disturbed = stepping(driver, async step => {
    await goTo(step)
    if (step === crash) throw new Crash()
  })
  await retain({ ...retaining(disturbed, rules), sleep: async milliseconds => clock.move(milliseconds) }).catch(error => {
    if (!(error instanceof Crash)) throw error
  })
  await goTo(Number.POSITIVE_INFINITY)
}

describe('a push at the same moment', () => {
  test.each(['other', 'old'] as const)('of the %s manifest is never lost, whichever steps its two writes come between', async which => {
    for (let first = 0; first <= steps; first += 1) {
      for (let second = first; second <= steps; second += 1) {
        const opened = await scene()
        const digest = opened.digests[which]
        await pushedDuring(opened, digest, first, second)
        expect(await named(opened.driver), `written before ${first} and ${second}`).toBe(digest)
      }
    }
  })

  test.each(['other', 'old'] as const)(
    'of the %s manifest is not lost either where the process crashes: the next run puts it right',
    async which => {
      for (let first = 0; first <= steps; first += 1) {
        for (let second = first; second <= steps; second += 1) {
          for (let crash = first; crash < steps; crash += 1) {
            const opened = await scene()
            const digest = opened.digests[which]
            await pushedDuring(opened, digest, first, second, crash)
            await retain(retaining(opened.driver, rules))
            expect(await named(opened.driver), `written before ${first} and ${second}, crashed before ${crash}`).toBe(digest)
          }
        }
      }
    },
    60_000,
  )
})

test('wherever the process stops, the tag is there or can be restored, and the next run ends what it began', async () => {
  for (let crash = 0; crash < steps; crash += 1) {
    const { driver, digests } = await scene()
    const dying = stepping(driver, async step => {
      if (step === crash) throw new Crash()
    })
    await retain(retaining(dying, rules)).catch(() => {})
    const records = await removedIn(driver, where)
    expect((await named(driver)) === digests.old || records.some(({ tag, digest }) => tag === old && digest === digests.old)).toBe(true)
    await retain(retaining(driver, rules))
    expect(await keysUnder(driver, tagPath(where, old)), `crashed before ${crash}`).toEqual([])
    expect((await removedIn(driver, where)).map(({ tag, digest }) => [tag, digest])).toContainEqual([old, digests.old])
  }
})

test('two replicas at once remove the same, whichever steps the second one comes between', async () => {
  for (let at = 0; at <= steps; at += 1) {
    const { driver, digests } = await scene()
    const first = stepping(driver, async step => {
      if (step === at) await retain(retaining(driver, rules))
    })
    await retain(retaining(first, rules))
    expect(await keysUnder(driver, tagPath(where, old))).toEqual([])
    expect((await removedIn(driver, where)).map(({ digest }) => digest)).toContain(digests.old)
    expect(await all(trial({ driver }).registry.tags.list(where, ''))).toEqual(['new'])
  }
})

test('a delete that the store did not confirm in time is waited for, and what is still there stays', async () => {
  const { driver, clock } = await scene()
  const slept: number[] = []
  const late: StorageDriver = { ...driver, deleteUntil: async () => new Set() }
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds)
    clock.move(milliseconds)
  }
  const { removed } = await retain({ ...retaining(late, rules), sleep })
  expect(removed).toBe(0)
  expect(slept.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(90_000)
  expect(await named(driver)).toBeDefined()
  expect(await trial({ driver }).registry.undo.list(where)).toEqual([])
})

describe('a store that heeds no deadline, and carries out a request long after all is over', () => {
  /** What such a request takes away comes last of all, whether it was answered before or not. */
  const heedless = (driver: StorageDriver, answered: boolean) => {
    const sent: Key[] = []
    const deleteUntil = async (keys: readonly Key[]) => {
      sent.push(...keys)
      if (answered) await driver.delete(keys)
      return new Set(answered ? keys : [])
    }
    return { store: { ...driver, deleteUntil }, catchUp: () => driver.delete(sent) }
  }

  test.each([
    ['other', true],
    ['other', false],
    ['old', true],
    ['old', false],
  ] as const)(
    'takes a push of the %s manifest away until the next run at most, or leaves what it is restored by; answered before: %s',
    async (which, answered) => {
      for (let first = 0; first <= steps + 1; first += 1) {
        for (let second = first; second <= steps + 1; second += 1) {
          const opened = await scene()
          const digest = opened.digests[which]
          const { store, catchUp } = heedless(opened.driver, answered)
          await pushedDuring({ ...opened, driver: store }, digest, first, second)
          await catchUp()
          await retain(retaining(opened.driver, rules))
          const records = await removedIn(opened.driver, where)
          // The same manifest, pushed in the one moment after the last look and before its history goes, leaves no other trace than the record.
          const isLeft = which === 'old' && records.some(record => record.digest === digest) ? undefined : digest
          expect([digest, isLeft], `written before ${first} and ${second}`).toContain(await named(opened.driver))
        }
      }
    },
  )
})

test('a store without conditional writes and expiring deletes loses nothing that was pushed before it is looked at again', async () => {
  const { driver, digests } = await scene()
  const { putIfAbsent: _, deleteUntil: __, ...plain } = driver
  let pushed = false
  const disturbed = stepping(plain, async (_, call) => {
    if (!call.startsWith('delete') || pushed) return
    pushed = true
    for (const each of write(driver, digests.other)) await each()
  })
  await retain(retaining(disturbed, rules))
  expect([pushed, await named(driver)]).toEqual([true, digests.other])
})

test('a push that has stood still for a week between its two writes has ended', async () => {
  const { driver, digests, clock } = await scene()
  await write(driver, digests.other)[0]?.()
  expect((await retain(retaining(driver, rules))).removed).toBe(0)
  clock.move(8 * day)
  expect((await retain(retaining(driver, rules))).removed).toBe(1)
})
