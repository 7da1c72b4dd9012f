import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { distribution, startDistribution } from '../support/distribution.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Behind, cacheOfDistribution, crane, craneTool, fetches, pushImage } from './upstreams.ts'

const MB = 1_000_000

suite('a pull-through cache of Distribution', [distribution, craneTool], () => {
  let behind: Behind
  let image: string

  beforeAll(async () => {
    behind = await cacheOfDistribution(url => ({ revalidate: '0s', upstreams: [{ prefix: 'up', remoteurl: url }] }))
    image = `${behind.cache.host}/up/team/app`
  })

  it('gives crane what the upstream has, whole, and fetches each blob once', async () => {
    const digest = await pushImage(`${behind.distribution.host}/team/app:v1`, [3 * MB, 1000, 0])
    for (let round = 0; round < 3; round++) await crane('validate', '--remote', `${image}:v1`)
    expect(await crane('digest', `${image}:v1`)).toBe(digest)
    expect([...fetches(behind.upstream).values()]).toEqual([1, 1, 1, 1])
  })

  it('gives fifty clients at once a cold image by one fetch for each blob, the first bytes before the upstream has sent the last', async () => {
    const { upstream, cache, distribution } = behind
    await pushImage(`${distribution.host}/team/crowd:v1`, [6 * MB, 2 * MB])
    upstream.asked.length = 0
    upstream.pace = 2 * MB
    const { layers } = JSON.parse(await crane('manifest', `${cache.host}/up/team/crowd:v1`)) as {
      layers: { digest: string; size: number }[]
    }
    const path = (digest: string) => `/team/crowd/blobs/${digest}`
    const clients = Array.from({ length: 50 }, () =>
      Promise.all(layers.map(async ({ digest, size }) => ({ digest, size, ...(await pull(`${cache.url}/v2/up${path(digest)}`)) }))),
    )
    for (const { digest, size, first, received } of (await Promise.all(clients)).flat()) {
      expect(received).toBe(size)
      expect(first).toBeLessThan(upstream.ended.get(`/v2${path(digest)}`) ?? 0)
    }
    expect([...fetches(upstream).values()]).toEqual([1, 1])
    upstream.pace = 0
  })

  it('gives fifty processes of crane at once a cold image by one fetch for each blob', async () => {
    const { upstream, cache, distribution } = behind
    await pushImage(`${distribution.host}/team/herd:v1`, [5 * MB, MB, 1000])
    upstream.asked.length = 0
    upstream.pace = MB
    await Promise.all(Array.from({ length: 50 }, () => crane('validate', '--remote', `${cache.host}/up/team/herd:v1`)))
    expect([...fetches(upstream).values()]).toEqual([1, 1, 1, 1])
    upstream.pace = 0
  })

  it('follows a tag that moves, and serves what it has when the upstream is gone, and all the rest', async () => {
    const { cache, distribution, upstream } = behind
    const moved = await pushImage(`${distribution.host}/team/app:v1`, [2000])
    expect(await crane('digest', `${image}:v1`)).toBe(moved)
    await crane('validate', '--remote', `${image}:v1`)
    upstream.refuses = true
    await crane('validate', '--remote', `${image}:v1`)
    await expect(crane('digest', `${image}:v2`)).rejects.toThrow(/UNAVAILABLE|503/)
    await pushImage(`${cache.host}/own/app:v1`, [1000])
    await crane('validate', '--remote', `${cache.host}/own/app:v1`)
    upstream.refuses = false
    await sleep(5100)
  })

  it('takes no push and no deletion', async () => {
    await expect(crane('copy', `${behind.cache.host}/own/app:v1`, `${image}:mine`)).rejects.toThrow(/UNSUPPORTED|405/)
    await expect(crane('delete', `${image}@${await crane('digest', `${image}:v1`)}`)).rejects.toThrow(/UNSUPPORTED|405/)
  })

  it('leaves an ordinary registry behind when it is switched off, also to Distribution', async () => {
    const { cache, folder } = behind
    await cache.stop()
    const storage = { filesystem: { rootdirectory: join(folder, 'data') } }
    const plain = await startServer({ folder: await temporaryFolder(), config: { storage } })
    const theirs = await startDistribution(storage)
    for (const { host } of [plain, theirs]) {
      await crane('validate', '--remote', `${host}/up/team/app:v1`)
      expect((await crane('catalog', host)).split('\n')).toEqual(['own/app', 'up/team/app', 'up/team/crowd', 'up/team/herd'])
    }
    await plain.stop()
  })
})

/** When the first byte came, and how many did. */
function pull(url: string): Promise<{ first: number; received: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, response => {
      let first = 0
      let received = 0
      response.on('data', piece => {
        first ||= performance.now()
        received += piece.length
      })
      response.once('error', reject)
      response.once('end', () => resolve({ first, received }))
    }).once('error', reject)
  })
}
