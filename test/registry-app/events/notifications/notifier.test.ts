import { describe, expect, onTestFinished, test } from 'vitest'
import type { Happening } from '../../../../registry-app/src/events/happening.ts'
import { type EndpointSettings, type Notifier, startNotifier } from '../../../../registry-app/src/events/notifications/notifier.ts'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { type EventReceiver, startEventReceiver } from '../../../support/event-receiver.ts'
import { eventually } from '../../http/support/eventually.ts'
import { keysUnder } from '../../support/bytes.ts'
import { counter } from '../../support/counter.ts'
import { failingStore } from '../../support/failing-store.ts'
import { blobMounted, blobPulled, manifestDeleted, manifestPushed, tagDeleted, where } from './support/happenings.ts'

const memory = () => memoryDriver({ now: () => new Date() })

async function receiving(port?: number): Promise<EventReceiver> {
  const receiver = await startEventReceiver(port)
  onTestFinished(() => receiver.stop())
  return receiver
}

interface Setting {
  driver?: StorageDriver
  queue?: Partial<{ limit: number; save: number }>
  endpoints: readonly Partial<EndpointSettings>[]
  /** So many milliseconds at most are slept in one. */
  longest?: number
}

async function notifying({ driver = memory(), queue, endpoints, longest = 5 }: Setting) {
  const lines: string[] = []
  const log = createLog({ level: 'info', formatter: 'json', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const instance = counter('instance')()
  const pauses: number[] = []
  const notifier = await startNotifier({
    endpoints: endpoints.map(given => ({
      name: 'test',
      disabled: false,
      headers: {},
      timeout: 5000,
      threshold: 3,
      backoff: 1000,
      ignoredmediatypes: [],
      ...given,
      ignore: { mediatypes: [], actions: [], ...given.ignore },
    })),
    queue: { limit: 1000, save: 100, ...queue },
    includeReferences: false,
    source: { addr: 'host:5000', instanceID: instance },
    process: { instance, host: 'here', pid: 1, isAlive: () => false },
    driver,
    log,
    now: () => new Date(),
    random: () => 0,
    randomId: counter('event'),
    sleep: (milliseconds, signal) => {
      pauses.push(milliseconds)
      return new Promise(resolve => {
        const timer = setTimeout(resolve, Math.min(milliseconds, longest))
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  })
  let stopped: Promise<void> | undefined
  const stop = (grace = 0) => {
    stopped ??= notifier.stop(grace)
    return stopped
  }
  onTestFinished(() => stop())
  const logged = () => {
    log.flush()
    return lines.join('')
  }
  return { ...notifier, stop, log: logged, pauses: () => pauses }
}

/** Happenings that can be told apart by their sizes. */
const tell = ({ listeners }: Pick<Notifier, 'listeners'>, count: number, from = 0) => {
  for (let size = from; size < from + count; size += 1) listeners.writes?.({ ...manifestPushed, size }, where)
}
const sizes = (receiver: EventReceiver) => receiver.events().map(({ target }) => target.size)
/** Each once: what a process that ended was just sending may come again, under the same id. */
const once = (receiver: EventReceiver) => [...new Map(receiver.events().map(({ id, target }) => [id, target.size])).values()]
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('notifications', () => {
  test('are delivered one by one, in order', async () => {
    const receiver = await receiving()
    const notifier = await notifying({ endpoints: [{ url: receiver.url }] })
    tell(notifier, 20)
    await eventually(() => once(receiver)).toEqual(upTo(20))
    expect(receiver.accepted().every(body => JSON.parse(body).events.length === 1)).toBe(true)
    await eventually(() => notifier.stats()).toEqual([{ name: 'test', waiting: 0, delivered: 20, failed: 0, dropped: 0 }])
  })

  test.each([
    ['500s', [500, 503, 429, 500]],
    ['broken connections', ['reset', 'reset', 'reset', 'reset']],
    ['redirects', [301, 307, 302, 308]],
    ['refusals', [400, 401, 403, 404]],
  ] as const)('are sent again after %s, until they are taken: none is lost, and the order is kept', async (_, moods) => {
    const receiver = await receiving()
    const notifier = await notifying({ endpoints: [{ url: receiver.url }] })
    receiver.next(...moods)
    tell(notifier, 5)
    await eventually(() => sizes(receiver)).toEqual(upTo(5))
    await eventually(() => notifier.stats()).toMatchObject([{ delivered: 5, failed: 4 }])
    expect(receiver.requests()).toBe(9)
  })

  test('are sent again to a receiver that hangs, under the same id', async () => {
    const receiver = await receiving()
    const notifier = await notifying({ endpoints: [{ url: receiver.url, timeout: 100 }] })
    receiver.next('hang')
    tell(notifier, 2)
    await eventually(() => sizes(receiver)).toEqual(upTo(2))
    expect(receiver.attempts()[1]).toBe(receiver.attempts()[0])
    expect(notifier.stats()).toMatchObject([{ failed: 1 }])
  })

  test('wait for a receiver that is away, and come in order when it is back', async () => {
    const first = await receiving()
    const notifier = await notifying({ endpoints: [{ url: first.url }] })
    tell(notifier, 3)
    await eventually(() => notifier.stats()[0]?.delivered).toBe(3)
    await first.stop()
    tell(notifier, 150, 3)
    await eventually(() => notifier.stats()[0]?.failed).toBeGreaterThan(3)
    const second = await receiving(first.port)
    await eventually(() => sizes(second).length).toBe(150)
    expect([...sizes(first), ...sizes(second)]).toEqual(upTo(153))
    await eventually(() => notifier.log()).toMatch(/notifications are delivered again/)
  })

  test('pause for longer and longer from the threshold on', async () => {
    const receiver = await receiving()
    const notifier = await notifying({ endpoints: [{ url: receiver.url }] })
    receiver.next(500, 500, 500, 500, 500)
    tell(notifier, 1)
    await eventually(() => sizes(receiver)).toEqual([0])
    expect(notifier.pauses()).toEqual([50, 100, 1000, 2000, 4000])
  })

  test('to one endpoint do not wait for another that fails', async () => {
    const [good, bad] = [await receiving(), await receiving()]
    bad.mood(500)
    const notifier = await notifying({
      endpoints: [
        { name: 'good', url: good.url },
        { name: 'bad', url: bad.url },
      ],
    })
    tell(notifier, 5)
    await eventually(() => sizes(good)).toEqual(upTo(5))
    await eventually(() => notifier.stats()).toMatchObject([{ waiting: 0 }, { name: 'bad', waiting: 5, delivered: 0 }])
    bad.mood(200)
    await eventually(() => sizes(bad)).toEqual(upTo(5))
    expect(bad.events()).toEqual(good.events())
  })

  test('beyond the limit are dropped, counted, and the log says so', async () => {
    const receiver = await receiving()
    receiver.mood(500)
    const notifier = await notifying({ queue: { limit: 3 }, endpoints: [{ url: receiver.url }] })
    tell(notifier, 10)
    expect(notifier.stats()).toMatchObject([{ waiting: 3, dropped: 7 }])
    expect(notifier.log()).toMatch(/events are dropped/)
    receiver.mood(200)
    await eventually(() => sizes(receiver)).toEqual(upTo(3))
  })

  test('that others have left stay in the storage while there is no room for them', async () => {
    const receiver = await receiving()
    receiver.mood(500)
    const setting = { driver: memory(), queue: { limit: 3, save: 50 }, endpoints: [{ url: receiver.url }] }
    const [one, other] = [await notifying(setting), await notifying(setting)]
    tell(one, 2)
    tell(other, 2, 2)
    await one.stop()
    await other.stop()

    const full = await notifying(setting)
    expect(full.stats()).toMatchObject([{ waiting: 2, dropped: 0 }])
    await full.stop()
    receiver.mood(200)
    for (const _ of ['those that it took', 'those that it left']) {
      const next = await notifying(setting)
      await eventually(() => next.stats()).toMatchObject([{ waiting: 0 }])
      await next.stop(1000)
    }
    expect([...new Set(sizes(receiver))].toSorted()).toEqual(upTo(4))
  })

  test('that fail are logged without the headers and the path, which are secrets', async () => {
    const receiver = await receiving()
    receiver.next(500, 'reset', 301, 500)
    const endpoint = { url: `${receiver.url}/hunter2`, headers: { Authorization: ['Bearer hunter2'] } }
    const notifier = await notifying({ endpoints: [endpoint] })
    tell(notifier, 1)
    await eventually(() => sizes(receiver)).toEqual([0])
    expect(receiver.headers().authorization).toBe('Bearer hunter2')
    expect(notifier.log()).toMatch(/a notification was not delivered/)
    expect(notifier.log()).not.toContain('hunter2')
  })
})

describe('an endpoint', () => {
  const all: readonly Happening[] = [manifestPushed, blobPulled, blobMounted, manifestDeleted, tagDeleted]
  const ignoring: readonly (readonly [string, Partial<EndpointSettings>, string[]])[] = [
    ['nothing', {}, ['push', 'pull', 'mount', 'delete', 'delete']],
    ['an action', { ignore: { mediatypes: [], actions: ['delete', 'push'] } }, ['pull', 'mount']],
    ['a media type', { ignore: { mediatypes: ['application/octet-stream'], actions: [] } }, ['push', 'delete', 'delete']],
    ['a media type by its old key', { ignoredmediatypes: [manifestPushed.mediaType ?? ''] }, ['pull', 'mount', 'delete', 'delete']],
  ]
  test.each(ignoring)('that ignores %s hears of the rest', async (_, settings, heard) => {
    const receiver = await receiving()
    const notifier = await notifying({ endpoints: [{ url: receiver.url, ...settings }] })
    for (const happening of all) notifier.listeners.writes?.(happening, where)
    await eventually(() => receiver.events().map(({ action }) => action)).toEqual(heard)
  })

  test('that wants no pulls makes nobody tell of them', async () => {
    const { listeners } = await notifying({ endpoints: [{ url: 'http://127.0.0.1:1/', ignore: { mediatypes: [], actions: ['pull'] } }] })
    expect(listeners.pulls).toBeUndefined()
  })

  test('that is disabled hears of nothing', async () => {
    const receiver = await receiving()
    const notifier = await notifying({
      endpoints: [
        { name: 'on', url: receiver.url },
        { name: 'off', disabled: true },
      ],
    })
    tell(notifier, 1)
    await eventually(() => sizes(receiver)).toEqual([0])
    expect(notifier.stats().map(({ name }) => name)).toEqual(['on'])
  })
})

describe('when it stops', () => {
  test('a receiver that answers still gets what waits', async () => {
    const receiver = await receiving()
    const driver = memory()
    const notifier = await notifying({ driver, endpoints: [{ url: receiver.url }] })
    tell(notifier, 50)
    await notifier.stop(10_000)
    expect(sizes(receiver)).toEqual(upTo(50))
    expect(await keysUnder(driver, '')).toEqual([])
  })

  test('what a receiver does not take is kept, and the next process delivers it first, under the same ids', async () => {
    const receiver = await receiving()
    const driver = memory()
    receiver.mood(500)
    const before = await notifying({ driver, endpoints: [{ url: receiver.url }] })
    tell(before, 510)
    await eventually(() => before.stats()[0]?.failed).toBeGreaterThan(0)
    await before.stop(10_000)
    expect(before.log()).toMatch(/are kept for the next start/)

    receiver.mood(200)
    const after = await notifying({ driver, endpoints: [{ url: receiver.url }] })
    tell(after, 3, 510)
    await eventually(() => once(receiver).length).toBe(513)
    expect(once(receiver)).toEqual(upTo(513))
    await after.stop(10_000)
    expect(await keysUnder(driver, '')).toEqual([])
  })

  test('a receiver that hangs is waited for no longer than allowed', async () => {
    const receiver = await receiving()
    const driver = memory()
    const before = await notifying({ driver, endpoints: [{ url: receiver.url, timeout: 60_000 }] })
    receiver.mood('hang')
    tell(before, 2)
    await eventually(() => receiver.requests()).toBe(1)
    await before.stop(50)
    receiver.mood(200)
    await notifying({ driver, endpoints: [{ url: receiver.url }] })
    await eventually(() => once(receiver)).toEqual(upTo(2))
  })
})

test('after a crash, the next process delivers what had waited for long enough', async () => {
  const receiver = await receiving()
  const driver = memory()
  receiver.mood('hang')
  const crashed = await notifying({ driver, queue: { save: 100 }, endpoints: [{ url: receiver.url, timeout: 60_000 }] })
  tell(crashed, 20)
  await eventually(async () => (await keysUnder(driver, '')).length).toBe(2)

  // It is never stopped: another process, which takes it for dead, begins beside it.
  receiver.mood(200)
  await notifying({ driver, endpoints: [{ url: receiver.url }] })
  await eventually(() => sizes(receiver)).toEqual(upTo(20))
})

test('a storage that is away stops no notification, and the log says what that may cost', async () => {
  const receiver = await receiving()
  const away = Object.assign(new Error('the store is away'), { unavailable: true })
  const notifier = await notifying({ driver: failingStore(memory(), () => away), endpoints: [{ url: receiver.url }] })
  expect(notifier.log()).toMatch(/cannot be taken over; it is tried again/)
  receiver.next('reset', 500, 'reset')
  tell(notifier, 3)
  await eventually(() => sizes(receiver)).toEqual(upTo(3))
  receiver.mood(500)
  tell(notifier, 1, 3)
  await eventually(() => notifier.log()).toMatch(/a crash would lose them/)
  await notifier.stop()
  expect(notifier.log()).toMatch(/they are lost/)
})
