import { expect, it } from 'vitest'
import { bucketStorage } from '../s3/support/replicas.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { cacheOfDistribution, crane, craneTool, fetches, pushImage } from './upstreams.ts'

suite('a pull-through cache in a bucket', [minio, distribution, craneTool], () => {
  it('keeps large layers in parts, and gives them to another replica when the upstream is gone', async () => {
    const store = await startMinio()
    await store.createBucket('images')
    const storage = bucketStorage({ store, endpoint: store.endpoint, bucket: 'images' })
    const proxy = (url: string) => ({ upstreams: [{ prefix: 'up', remoteurl: url }] })
    const { upstream, cache, distribution } = await cacheOfDistribution(proxy, storage)
    await pushImage(`${distribution.host}/team/large:v1`, [35_000_000, 5_000_000, 1000])
    await Promise.all(Array.from({ length: 4 }, () => crane('validate', '--remote', `${cache.host}/up/team/large:v1`)))
    expect([...fetches(upstream).values()]).toEqual([1, 1, 1, 1])

    upstream.refuses = true
    const other = await startServer({ folder: await temporaryFolder(), config: { storage, proxy: proxy(upstream.url) } })
    atTheEnd(() => other.stop())
    await crane('validate', '--remote', `${other.host}/up/team/large:v1`)
  })
})
