import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { type Mood, startEventReceiver } from '../../support/event-receiver.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { digests, type Push, pusher, told } from './pushes.ts'

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
