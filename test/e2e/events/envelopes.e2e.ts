import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { type EventReceiver, startEventReceiver } from '../../support/event-receiver.ts'
import { writeLayers } from '../clients/layers.ts'
import { writeOciLayout } from '../clients/oci-layout.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { distribution, startDistribution } from '../support/distribution.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { crane, oneByOne, useEverything } from './use-everything.ts'

interface Told {
  readonly host: string
  readonly receiver: EventReceiver
}

suite('What one session of clients makes us and Distribution tell', [distribution, crane], () => {
  let ours: Told
  let theirs: Told

  beforeAll(async () => {
    const [forUs, forThem] = [await startEventReceiver(), await startEventReceiver()]
    for (const receiver of [forUs, forThem]) atTheEnd(() => receiver.stop())
    const sections = (receiver: EventReceiver) => ({
      notifications: { events: { includereferences: true }, endpoints: [{ name: 'test', url: receiver.url, timeout: '5s' }] },
    })
    const server = await startServer({ folder: await temporaryFolder(), config: sections(forUs) })
    atTheEnd(() => server.stop())
    const storage = { filesystem: { rootdirectory: await temporaryFolder() }, delete: { enabled: true } }
    const peer = await startDistribution(storage, sections(forThem))
    ours = { host: server.host, receiver: forUs }
    theirs = { host: peer.host, receiver: forThem }

    const layout = join(await temporaryFolder(), 'layout')
    const layers = await writeLayers(await temporaryFolder(), [200_000, 0])
    await writeOciLayout(layout, layers, ['amd64', 'arm64'])
    for (const { host, receiver } of [ours, theirs]) {
      await useEverything(host, layout)
      await vi.waitUntil(() => receiver.events().at(-1)?.request.useragent === 'the last request', { timeout: 15_000 })
    }
  })

  test('is the same, byte for byte, but for ids, times and addresses', () => {
    const [mine, other] = [ours, theirs].map(({ receiver, host }) => receiver.accepted().map(body => normalized(body, host)))
    expect(mine?.length).toBeGreaterThan(30)
    // crane does several things at once.
    expect(mine?.toSorted()).toEqual(other?.toSorted())
  })

  test('comes in the same order, where the client does one thing after the other', () => {
    const [mine, other] = [ours, theirs].map(({ receiver }) =>
      receiver
        .events()
        .flatMap(({ action, request, target }) => (request.useragent === oneByOne ? [[action, request.method, target.digest]] : [])),
    )
    expect(mine?.length).toBeGreaterThan(8)
    expect(mine).toEqual(other)
  })

  test('is of every kind', () => {
    expect(new Set(ours.receiver.events().map(({ action }) => action))).toEqual(new Set(['push', 'pull', 'mount', 'delete']))
    expect(ours.receiver.events().some(({ target }) => target.references !== undefined)).toBe(true)
  })

  test('carries the same headers', () => {
    expect(ours.receiver.headers()['content-type']).toBe(theirs.receiver.headers()['content-type'])
  })
})

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** What differs from one registry to the next, made equal; the rest as it was sent. */
const normalized = (body: string, host: string) =>
  body
    .replaceAll(host, 'REGISTRY')
    .replace(new RegExp(`("(?:id|instanceID)": )"${uuid}"`, 'g'), '$1"UUID"')
    // Ours are shorter than a uuid.
    .replace(/("request": \{\s+"id": )"[^"]+"/, '$1"REQUEST"')
    .replace(/("timestamp": )"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"/, '$1"TIME"')
    .replace(/("addr": )"127\.0\.0\.1:\d+"/, '$1"CLIENT"')
    .replace(/("source": \{\s+"addr": "[^":]+):\d+"/, '$1:PORT"')
