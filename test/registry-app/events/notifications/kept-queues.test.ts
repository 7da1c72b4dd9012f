import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { keptQueues } from '../../../../registry-app/src/events/notifications/kept-queues.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { keysUnder } from '../../support/bytes.ts'
import { standingClock } from '../../support/registry.ts'
import { remoteStore } from '../../support/remote-store.ts'

const root = 'docker/registry/v2/_registry/notifications/'

interface Setting {
  driver: StorageDriver
  now?: () => Date
  instance?: string
  pid?: number
  alive?: boolean
  endpoints?: readonly string[]
  during?: () => Promise<unknown>
  /** So many events are taken over. */
  room?: number
}

function opened({
  driver,
  now = () => new Date(),
  instance = 'one',
  pid = 1,
  alive = true,
  endpoints = ['a', 'b'],
  during,
  room = 100,
}: Setting) {
  let strangers = 0
  const taken: [string, string][] = []
  const queues = keptQueues({
    driver,
    process: { instance, host: 'here', pid, isAlive: () => alive },
    endpoints,
    now,
    sleep: async () => void (await during?.()),
    strangers: () => {
      strangers += 1
    },
  })
  const adopt = async () => {
    await queues.adopt(async (endpoint, events) => {
      if (taken.length + events.length > room) return false
      taken.push(...events.map((event): [string, string] => [endpoint, event]))
      return true
    })
    return taken
  }
  const keep = async (endpoint: string, sequence: number, ...events: string[]) => {
    const store = queues.storeFor(endpoint)
    await store.write(store.keyOf(sequence), events.join('\n'))
  }
  return { queues, adopt, keep, strangers: () => strangers }
}

describe('queues that are kept', () => {
  test('leave nothing in the storage that nobody needs', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    const { queues, adopt } = opened({ driver })
    await adopt()
    await queues.release()
    expect(await keysUnder(driver, root)).toEqual([])
  })

  test('are taken over in their order by who comes after, once they are released', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    const before = opened({ driver })
    await before.keep('a', 10, '3', '4')
    await before.keep('a', 9, '1', '2')
    await before.keep('b', 0, '5')
    await before.queues.release()
    const after = opened({ driver, instance: 'two', pid: 2 })
    const taken = await after.adopt()
    expect(taken.filter(([endpoint]) => endpoint === 'a')).toEqual(['1', '2', '3', '4'].map(event => ['a', event]))
    expect(taken.filter(([endpoint]) => endpoint === 'b')).toEqual([['b', '5']])
    await after.queues.release()
    expect(await keysUnder(driver, root)).toEqual([])
  })

  test('stay, from the first on that there is no room for, until there is', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    const before = opened({ driver })
    await before.keep('a', 0, '1')
    await before.keep('a', 1, '2', '3')
    await before.keep('a', 2, '4')
    await before.queues.release()
    const full = opened({ driver, instance: 'two', pid: 2, room: 2 })
    expect(await full.adopt()).toEqual([['a', '1']])
    await full.queues.release()
    const after = opened({ driver, instance: 'three', pid: 3 })
    expect(await after.adopt()).toEqual(['2', '3', '4'].map(event => ['a', event]))
  })

  test('are left to an owner who lives', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    await opened({ driver }).keep('a', 0, '1')
    expect(await opened({ driver, instance: 'two', pid: 2 }).adopt()).toEqual([])
  })

  test('are taken over at once from a process of this machine that has died', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    await opened({ driver }).keep('a', 0, '1')
    expect(await opened({ driver, instance: 'two', pid: 2, alive: false }).adopt()).toEqual([['a', '1']])
  })

  test('of a bucket are taken over when their owner has been silent for a minute and a half', async () => {
    const clock = standingClock()
    const driver = remoteStore(clock.now)
    await opened({ driver, now: clock.now }).keep('a', 0, '1')
    const after = opened({ driver, now: clock.now, instance: 'two', alive: false })
    clock.move(89_000)
    expect(await after.adopt()).toEqual([])
    clock.move(2000)
    expect(await after.adopt()).toEqual([['a', '1']])
  })

  test('are not taken from an owner who says that he lives, however long ago he wrote a chunk', async () => {
    const clock = standingClock()
    const driver = remoteStore(clock.now)
    const before = opened({ driver, now: clock.now })
    await before.keep('a', 0, '1')
    for (let minutes = 0; minutes < 5; minutes += 1) {
      clock.move(60_000)
      await before.queues.stayOwner()
    }
    expect(await opened({ driver, now: clock.now, instance: 'two' }).adopt()).toEqual([])
  })

  test('go by the clock of the store, however wrong that of a process is', async () => {
    const clock = standingClock()
    const driver = remoteStore(clock.now)
    await opened({ driver, now: clock.now }).keep('a', 0, '1')
    const ahead = () => new Date(clock.now().getTime() + 3_600_000)
    expect(await opened({ driver, now: ahead, instance: 'two' }).adopt()).toEqual([])
  })

  test('go to one of two who want them at the same moment', async () => {
    const driver = remoteStore()
    const before = opened({ driver, instance: 'before' })
    await before.keep('a', 0, '1')
    await before.queues.release()
    driver.asked()
    const during = () => sleep(20)
    const both = [opened({ driver, instance: 'two', during }), opened({ driver, instance: 'three', during })]
    const taken = await Promise.all(both.map(({ adopt }) => adopt()))
    expect(taken.flat()).toEqual([['a', '1']])
    expect(driver.asked().filter(request => request.includes('before/owner') && request.startsWith('put'))).toHaveLength(2)
  })

  test('for an endpoint that is not configured stay where they are, and somebody is told', async () => {
    const driver = memoryDriver({ now: () => new Date() })
    const before = opened({ driver })
    await before.keep('a', 0, '1')
    await before.keep('b', 0, '2')
    await before.queues.release()
    const after = opened({ driver, instance: 'two', endpoints: ['a'] })
    expect(await after.adopt()).toEqual([['a', '1']])
    expect(after.strangers()).toBe(1)
    await after.queues.release()
    expect(await opened({ driver, instance: 'three' }).adopt()).toEqual([['b', '2']])
  })
})
