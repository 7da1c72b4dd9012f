import { expect, onTestFinished, test } from 'vitest'
import { openProxy, upstreamsOf } from '../../../registry-app/src/wiring/open-proxy.ts'
import { load } from '../config/complaints-of.ts'
import { testUpstream } from '../proxy/support/test-upstream.ts'
import { content } from '../support/bytes.ts'
import { name, tag } from '../support/images.ts'
import { trial } from '../support/registry.ts'

const log = { debug() {}, info() {}, warn() {}, error() {}, flush() {} }

async function opened(proxy: object) {
  const { config } = load(JSON.stringify({ storage: { inmemory: {} }, proxy }))
  const { registry, driver, clock } = trial()
  const cache = await openProxy(config, { registry, driver, log, metrics: undefined, readOnly: false, kept: () => {}, now: clock.now })
  onTestFinished(() => cache?.close())
  return cache
}

test('there is no cache where none is asked for', async () => {
  expect(await opened({})).toBeUndefined()
})

test('each upstream has what is below its prefix, and one without has the rest', async () => {
  const [whole, hub] = [await testUpstream(), await testUpstream()]
  whole.image('team/app', 'v1', [content(10)])
  hub.image('library/alpine', 'v1', [content(20)])
  hub.image('acme/app', 'v1', [content(30)])
  const cache = await opened({
    remoteurl: whole.url.href,
    upstreams: [
      { prefix: 'docker.io', remoteurl: hub.url.href, library: true },
      { prefix: 'docker.io/ours', remoteurl: hub.url.href, path: 'acme' },
    ],
  })
  const has = async (repository: string) => (await cache?.registry.manifests.get(name(repository), { tag: tag('v1') })) !== undefined
  for (const repository of ['team/app', 'docker.io/alpine', 'docker.io/library/alpine', 'docker.io/ours/app'])
    expect(await has(repository)).toBe(true)
  expect(() => cache?.registry.uploads.start(name('anything'))).toThrow('unsupported')
})

test.each([
  [{ remoteurl: 'https://registry-1.docker.io' }, true],
  [{ remoteurl: 'https://mirror.example.com' }, false],
  [{ remoteurl: 'https://mirror.example.com', library: true }, true],
  [{ remoteurl: 'https://registry-1.docker.io', library: false }, false],
])('of %j, names of one part are below library: %s', (upstream, library) => {
  const { config } = load(JSON.stringify({ storage: { inmemory: {} }, proxy: { upstreams: [{ prefix: 'hub', ...upstream }] } }))
  expect(upstreamsOf(config.proxy)).toMatchObject([{ label: 'hub', library }])
})
