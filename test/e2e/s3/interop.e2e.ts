import { beforeAll, describe, expect, it } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startBoth } from './support/both-registries.ts'
import { blobOf, type Client, clientOf } from './support/client.ts'
import { type Content, digestOf, kinds, ociImage, pullContent, pushContent } from './support/content.ts'

suite('one bucket, with Distribution on it too', [minio, distribution], () => {
  let store: S3Server

  beforeAll(async () => {
    store = await startMinio()
  })

  describe.each([
    ['without a root directory', 'plain', ''],
    ['below a root directory', 'below', 'some/folder'],
    ['below one that is written with slashes', 'slashes', '/some/folder/'],
  ])('%s', (_, bucket, rootdirectory) => {
    const clients = {} as Record<'ours' | 'theirs' | 'oursAnew', Client>

    beforeAll(async () => {
      await store.createBucket(bucket)
      const { ours, theirs, another } = await startBoth(store, bucket, { rootdirectory })
      clients.ours = clientOf([ours])
      clients.theirs = clientOf([theirs])
      // Where a store counts what lies below names, as MinIO does, what others than our replicas push is listed within five minutes.
      await ociContentBy(clients.theirs, 'theirs/early', 1)
      await ociContentBy(clients.ours, 'ours/early', 1)
      clients.oursAnew = clientOf([await another()])
    })

    const ociContentBy = async (client: Client, repository: string, seed: number): Promise<Content> => {
      const content = ociImage(seed)
      await pushContent(client, repository, 'v1', content)
      return content
    }

    describe.each([
      ['ours', 'theirs'],
      ['theirs', 'ours'],
    ] as const)('what %s pushed, %s', (from, to) => {
      it.each(Object.entries(kinds))('pulls: %s', async (kind, make) => {
        const repository = `${from}/${kind.replace(/\W+/g, '-')}`
        const content = make(2)
        await pushContent(clients[from], repository, 'v1', content)
        await pullContent(clients[to], repository, 'v1', content)
      })

      it('lists: the tags', async () => {
        const repository = `${from}/tags`
        const content = ociImage(3)
        for (const tag of ['v2', 'latest', 'v1']) await pushContent(clients[from], repository, tag, content)
        expect(await tagsOf(clients[to], repository)).toEqual(['latest', 'v1', 'v2'])
      })

      it('lists: the repositories', async () => {
        const client = to === 'ours' ? clients.oursAnew : clients[to]
        const answer = await client.expect(200, 'GET', '/v2/_catalog?n=100')
        const { repositories } = (await answer.json()) as { repositories: string[] }
        expect(repositories).toContain(`${from}/early`)
        expect(new Set(repositories).size).toBe(repositories.length)
      })

      it('deletes: a tag, and the manifest stays', async () => {
        const repository = `${from}/delete-tag`
        const content = ociImage(4)
        for (const tag of ['gone', 'stays']) await pushContent(clients[from], repository, tag, content)
        await clients[to].expect(202, 'DELETE', `/v2/${repository}/manifests/gone`)
        for (const name of [from, to]) {
          expect(await tagsOf(clients[name], repository)).toEqual(['stays'])
          await pullContent(clients[name], repository, 'stays', content)
        }
      })

      it('deletes: a manifest, and its tags with it', async () => {
        const repository = `${from}/delete-manifest`
        const [content, other] = [ociImage(5), ociImage(6)]
        for (const tag of ['v1', 'v2']) await pushContent(clients[from], repository, tag, content)
        await pushContent(clients[from], repository, 'other', other)
        await clients[to].expect(202, 'DELETE', `/v2/${repository}/manifests/${digestOf(content)}`)
        for (const name of [from, to]) {
          expect(await tagsOf(clients[name], repository)).toEqual(['other'])
          for (const reference of [digestOf(content), 'v1', 'v2']) {
            await clients[name].expect(404, 'GET', `/v2/${repository}/manifests/${reference}`)
          }
        }
      })

      it('deletes: a blob', async () => {
        const repository = `${from}/delete-blob`
        const blob = blobOf(Buffer.from('to be deleted'))
        await clients[from].pushAsDocker(repository, blob)
        await clients[to].expect(202, 'DELETE', `/v2/${repository}/blobs/${blob.digest}`)
        for (const name of [from, to]) await clients[name].expect(404, 'HEAD', `/v2/${repository}/blobs/${blob.digest}`)
      })

      it('adds to, and moves its tag', async () => {
        const repository = `${from}/continued`
        const [before, after] = [ociImage(7), ociImage(8)]
        await pushContent(clients[from], repository, 'latest', before)
        await pushContent(clients[to], repository, 'again', before)
        await pushContent(clients[to], repository, 'latest', after)
        for (const name of [from, to]) {
          await pullContent(clients[name], repository, 'latest', after)
          await pullContent(clients[name], repository, 'again', before)
        }
      })

      it('mounts into another repository', async () => {
        const blob = blobOf(Buffer.from('to be mounted'))
        await clients[from].pushAsDocker(`${from}/source`, blob)
        await clients[to].expect(201, 'POST', `/v2/${from}/target/blobs/uploads/?mount=${blob.digest}&from=${from}/source`)
        await clients[from].expect(200, 'HEAD', `/v2/${from}/target/blobs/${blob.digest}`)
      })
    })
  })
})

async function tagsOf(client: Client, repository: string): Promise<string[]> {
  const answer = await client.expect(200, 'GET', `/v2/${repository}/tags/list`)
  return ((await answer.json()) as { tags: string[] }).tags
}
