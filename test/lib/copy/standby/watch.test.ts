import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../registry-app/http/support/eventually.ts'
import { content } from '../../../registry-app/support/bytes.ts'
import { configType, image, name, pushBlob, pushImage, pushManifest, tag } from '../../../registry-app/support/images.ts'
import { type Running, startCopy } from '../support/copy.ts'
import { type Loopback, loopback } from '../support/loopback.ts'

const tagsAt = async ({ registry }: Loopback, repository: string) => Array.fromAsync(registry.tags.list(name(repository), ''))

/** A time that stands until somebody moves it: each wait ends when the test says so. */
function steps() {
  let time = 1_000_000
  const waiting: { milliseconds: number; go: () => void }[] = []
  return {
    circumstances: {
      now: () => time,
      sleep: (milliseconds: number, signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          waiting.push({ milliseconds, go: resolve })
        }),
    },
    move: (milliseconds: number) => {
      time += milliseconds
    },
    /** Waits until it waits, and lets that be over. @returns for how long it wanted to wait, in milliseconds */
    async next(): Promise<number> {
      await eventually(() => waiting.length).toBeGreaterThan(0)
      const { milliseconds, go } = waiting.shift() ?? { milliseconds: 0, go: () => {} }
      time += milliseconds
      go()
      return milliseconds
    },
    waits: () => eventually(() => waiting.length).toBeGreaterThan(0),
  }
}

async function standby(from: Loopback, to: Loopback, more: readonly string[] = []) {
  const clock = steps()
  const running: Running = startCopy([from.host, to.host, '--watch', '--metrics', '127.0.0.1:0', ...more], clock.circumstances)
  onTestFinished(async () => {
    running.end()
    expect(await running.ended).toBe(0)
  })
  await clock.waits()
  const at = /http:\S+/.exec(running.said.out)?.[0] ?? ''
  const metric = async (of: string) => {
    const text = await (await fetch(at)).text()
    return Number(new RegExp(`^${of.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1])
  }
  return { clock, running, metric }
}

describe('a standby', () => {
  test('has what was there, what comes, and what changes', async () => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'app', 'one', { as: 'v1' })
    const { clock } = await standby(from, to)
    expect(await tagsAt(to, 'app')).toEqual(['v1'])

    const { digest } = await pushImage(from.registry, 'app', 'two', { as: 'v1' })
    await pushImage(from.registry, 'other', 'three', { as: 'v3' })
    expect(await clock.next()).toBe(30_000)
    await clock.waits()

    expect(await to.registry.tags.get(name('app'), tag('v1'))).toBe(digest)
    expect(await tagsAt(to, 'other')).toEqual(['v3'])
  })

  test('costs lists, and a HEAD for each tag at the source, while nothing happens', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const as of ['v1', 'v2']) await pushImage(from.registry, 'app', as, { as })
    await pushImage(to.registry, 'app', 'v1', { as: 'v1' })
    const { clock } = await standby(from, to)
    // For a quarter of an hour signatures may follow what was copied.
    clock.move(16 * 60_000)
    await clock.next()
    await clock.waits()
    from.asked()
    to.asked()
    await clock.next()
    await clock.waits()
    expect(from.asked().sort()).toEqual([
      'GET /v2/_catalog',
      'GET /v2/app/tags/list',
      'HEAD /v2/app/manifests/v1',
      'HEAD /v2/app/manifests/v2',
    ])
    expect(to.asked()).toEqual([])
  })

  test('finds after an hour what somebody took away at the target', async () => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'app', 'one', { as: 'v1' })
    const { clock } = await standby(from, to)
    await to.registry.tags.delete(name('app'), tag('v1'))
    clock.move(3_600_000)
    await clock.next()
    await clock.waits()
    expect(await tagsAt(to, 'app')).toEqual(['v1'])
  })

  test('gets a signature that comes minutes after the image', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const { digest, mediaType, size } = await pushImage(from.registry, 'app', 'one', { as: 'v1' })
    const { clock } = await standby(from, to)
    const config = await pushBlob(from.registry, 'app', '{}', configType)
    await pushManifest(from.registry, 'app', image({ config, subject: { digest, mediaType, size } }))
    await clock.next()
    await clock.waits()
    expect(await Array.fromAsync(to.registry.referrers.list(name('app'), digest, ''))).toHaveLength(1)
  })

  test.each(['the source', 'the target'])('loses nothing where %s is away for an hour, and says how far it is behind', async who => {
    const [from, to] = [await loopback(), await loopback()]
    await pushImage(from.registry, 'app', 'one', { as: 'v1' })
    const { clock, metric, running } = await standby(from, to)
    expect(await metric('standby_lag_seconds')).toBe(0)
    const away = who === 'the source' ? from : to
    away.behave(() => 'break')
    for (let count = 0; count < 5; count++) await pushImage(from.registry, `app-${count}`, `${count}`, { as: 'v2' })

    const waited: number[] = []
    for (let passed = 0; passed < 3_600_000; passed += waited.at(-1) ?? 0) waited.push(await clock.next())
    await clock.waits()
    expect(Math.max(...waited)).toBeLessThanOrEqual(300_000)
    expect(await metric('standby_lag_seconds')).toBeGreaterThan(3600)
    expect(await metric('standby_passes_total{result="in_step"}')).toBe(1)
    expect(running.said.error).toContain(away.host)
    away.behave()
    await clock.next()
    // Another one, if it was in the middle of asking.
    await clock.waits()
    while ((await metric('standby_lag_seconds')) > 0) {
      await clock.next()
      await clock.waits()
    }

    for (let count = 0; count < 5; count++) expect(await tagsAt(to, `app-${count}`)).toEqual(['v2'])
    expect(await metric('standby_images_pending')).toBe(0)
  })

  test('that was killed goes on with what is left', async () => {
    const [from, to] = [await loopback(), await loopback()]
    const layers = [await pushBlob(from.registry, 'app', content(100_000)), await pushBlob(from.registry, 'app', 'two')]
    const config = await pushBlob(from.registry, 'app', '{}', configType)
    await pushManifest(from.registry, 'app', image({ config, layers }), { as: 'v1' })
    to.behave(({ method, path }) => (method === 'PUT' && path.includes('/manifests/') ? 'break' : undefined))
    const clock = steps()
    const first = startCopy([from.host, to.host, '--watch'], clock.circumstances)
    await clock.waits()
    first.end()
    await first.ended
    to.behave()
    to.asked()

    await standby(from, to)

    expect(await tagsAt(to, 'app')).toEqual(['v1'])
    expect(to.asked(/PUT .*uploads/)).toEqual([])
  })

  test('deletes what two lists in a row do not have', async () => {
    const [from, to] = [await loopback(), await loopback()]
    for (const as of ['v1', 'v2']) await pushImage(from.registry, 'app', as, { as })
    const { clock } = await standby(from, to, ['--delete'])
    await from.registry.tags.delete(name('app'), tag('v1'))
    await clock.next()
    await clock.waits()
    expect(await tagsAt(to, 'app')).toEqual(['v1', 'v2'])
    await clock.next()
    await clock.waits()
    expect(await tagsAt(to, 'app')).toEqual(['v2'])
  })
})
