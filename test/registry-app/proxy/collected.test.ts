import { expect, test } from 'vitest'
import { collect } from '../../../registry-app/src/collection/collect.ts'
import { parseTag } from '../../../registry-app/src/registry/name.ts'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { eventually } from '../http/support/eventually.ts'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { content, sha256 } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { encode, index, name } from '../support/images.ts'
import { hour } from '../support/registry.ts'
import { testUpstream } from './support/test-upstream.ts'
import { trialCache } from './support/trial-cache.ts'

const timings = { grace: 24 * hour, viewage: hour / 60, window: 12 * hour, batchtime: 30_000, margin: 60_000 }

test('what was cached is collected when nobody pulls it any more, and before that is not, though much of an image is not here', async () => {
  const upstream = await testUpstream()
  const layer = content(1000)
  const amd64 = upstream.image('app', 'amd64', [layer, content(2000)])
  const arm64 = upstream.image('app', 'arm64', [content(3000)])
  const describe = (each: typeof amd64) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: each.digest,
    size: each.content.length,
  })
  const list = Buffer.from(encode(index([describe(amd64), describe(arm64)])))
  upstream.manifests.set('app:v1', list)
  upstream.manifests.set(`app@${sha256(list)}`, list)
  const { call, cache, under } = await trialCache({ upstream, ttl: 100 * hour })
  const { driver, clock, registry } = under
  const isThere = async () => (await driver.stat(blobDataPath(sha256(layer)))) !== undefined
  const pull = async () => {
    expectAnswer(await call({ path: '/v2/hub/app/manifests/v1' }), { status: 200 })
    expectAnswer(await call({ path: `/v2/hub/app/manifests/${amd64.digest}` }), { status: 200 })
    expectAnswer(await call({ path: `/v2/hub/app/blobs/${sha256(layer)}` }), { status: 200, body: layer })
    await eventually(isThere).toBe(true)
  }
  const collected = async () => {
    clock.move(25 * hour)
    const rules = { untagged: true, dryRun: false, exclusive: false }
    await collect({ driver, timings, breadth: 4, randomName: counter('run'), progress: () => {}, ...rules })
  }

  await pull()
  for (let day = 0; day < 3; day++) await collected()
  expect(await isThere()).toBe(true)
  await pull()
  for (let day = 0; day < 5; day++) {
    await collected()
    await cache.expire()
  }
  expect(await registry.tags.get(name('hub/app'), parseTag('v1'))).toBeUndefined()
  for (let day = 0; day < 3; day++) await collected()
  expect(await isThere()).toBe(false)
  await pull()
})
