import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { type EventReceiver, type Mood, startEventReceiver } from '../../support/event-receiver.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { sha256 } from '../crash/image.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Push {
  readonly digest: string
  /** When it was acknowledged. */
  readonly at: number
}

const patience = { timeout: 30_000, interval: 50 }
/** After this time an event that waits is kept, with the default settings. Milliseconds. */
const kept = 2500

async function setting() {
  const receiver = await startEventReceiver()
  const folder = await temporaryFolder()
  const endpoints = [{ name: 'test', url: receiver.url, timeout: '500ms', threshold: 3, backoff: '200ms' }]
  const start = async () => {
    const server = await startServer({ folder, config: { notifications: { endpoints } } })
    atTheEnd(() => server.kill())
    return server
  }
  atTheEnd(() => receiver.stop())
  return { receiver, start, pusher: pusher() }
}

/** Pushes blobs that never come twice, one after the other. */
function pusher() {
  const random = seededRandom(11)
  return async ({ url }: RegistryServer, count: number): Promise<Push[]> => {
    const pushes: Push[] = []
    for (let done = 0; done < count; done += 1) {
      const body = random.bytes(100)
      const digest = sha256(body)
      const answer = await fetch(`${url}/v2/team/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body })
      expect(answer.status).toBe(201)
      pushes.push({ digest, at: Date.now() })
    }
    return pushes
  }
}

/** What was told, in order, each once: the same event may come twice, under one id. */
function told(receiver: EventReceiver): unknown[] {
  const once = new Map(receiver.events().map(event => [event.id, event.target.digest]))
  return [...once.values()]
}

const digests = (pushes: readonly Push[]) => pushes.map(({ digest }) => digest)

describe('Events that wait', () => {
  test('outlive SIGTERM, however short they have waited', async () => {
    const { receiver, start, pusher: push } = await setting()
    receiver.mood('hang')
    const before = await start()
    const first = await push(before, 30)
    expect(await before.stop()).toBe(0)
    expect(told(receiver)).toEqual([])

    receiver.mood(200)
    const after = await start()
    const second = await push(after, 5)
    await vi.waitUntil(() => told(receiver).length === 35, patience)
    expect(told(receiver)).toEqual(digests([...first, ...second]))
  })

  test('outlive SIGKILL, once they have waited for a moment', async () => {
    const { receiver, start, pusher: push } = await setting()
    receiver.mood(503)
    const before = await start()
    const first = await push(before, 30)
    await sleep(kept)
    await before.kill()

    const after = await start()
    const second = await push(after, 5)
    receiver.mood(200)
    await vi.waitUntil(() => told(receiver).length === 35, patience)
    expect(told(receiver)).toEqual(digests([...first, ...second]))
  })

  test('arrive in order and at least once, from a registry that is killed again and again, at a receiver that fails in every way', async () => {
    const { receiver, start, pusher: push } = await setting()
    const random = seededRandom(12)
    const moods: readonly Mood[] = [200, 200, 500, 'reset', 'hang']
    const pushes: (Push & { life: number })[] = []
    const deaths: number[] = []
    for (let life = 0; life < 4; life += 1) {
      const server = await start()
      const end = Date.now() + kept + 1000
      while (Date.now() < end) {
        receiver.mood(moods[random.whole(0, moods.length)] ?? 200)
        pushes.push(...(await push(server, random.whole(1, 8))).map(one => ({ ...one, life })))
        await sleep(random.whole(0, 300))
      }
      await server.kill()
      deaths.push(Date.now())
    }
    receiver.mood(200)
    await start()
    const owed = digests(pushes.filter(({ at, life }) => at < (deaths[life] ?? 0) - kept))
    expect(owed.length).toBeGreaterThan(10)
    await vi.waitUntil(() => owed.every(digest => told(receiver).includes(digest)), patience)
    // Nothing that never happened, and nothing before what happened before it.
    const all = digests(pushes)
    expect(told(receiver)).toEqual(all.filter(digest => told(receiver).includes(digest)))
  })
})
