import { beforeAll, describe, expect, it } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { type Distribution, distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startBoth, startOurs, startTheirs } from './support/both-registries.ts'
import { blobOf, type Client, clientOf } from './support/client.ts'
import { digestOf, kinds, ociImage, pullContent, pushContent } from './support/content.ts'
import { sendInChunks } from './support/send-in-chunks.ts'
import { type Stored, storedKeys, storedObjects } from './support/stored-objects.ts'

const hex = '[0-9a-f]{64}'
const digest = `sha256/${hex}`
const repository = 'docker/registry/v2/repositories/(?:[a-z0-9-]+/)+'

/** Every key that Distribution knows, once all uploads have ended. */
const layout = [
  `docker/registry/v2/blobs/sha256/[0-9a-f]{2}/${hex}/data`,
  `${repository}_layers/${digest}/link`,
  `${repository}_manifests/revisions/${digest}/link`,
  `${repository}_manifests/tags/[^/]+/current/link`,
  `${repository}_manifests/tags/[^/]+/index/${digest}/link`,
].map(pattern => new RegExp(`^${pattern}$`))

/** Of all that a registry does what leaves something, or takes something away. */
async function useAll(client: Client): Promise<void> {
  for (const [at, make] of Object.values(kinds).entries()) await pushContent(client, `team/kind-${at}`, 'v1', make(at))

  const [first, second] = [ociImage(11), ociImage(12)]
  await pushContent(client, 'moved', 'latest', first)
  await pushContent(client, 'moved', 'latest', second)
  for (const tag of ['gone', 'stays']) await pushContent(client, 'deleted/tag', tag, first)
  await client.expect(202, 'DELETE', '/v2/deleted/tag/manifests/gone')
  await pushContent(client, 'deleted/manifest', 'v1', first)
  await pushContent(client, 'deleted/manifest', 'v2', second)
  await client.expect(202, 'DELETE', `/v2/deleted/manifest/manifests/${digestOf(first)}`)

  const [blob, chunked, empty] = [blobOf(Buffer.from('a blob')), blobOf(Buffer.alloc(3_000_000, 'chunks')), blobOf(Buffer.alloc(0))]
  for (const each of [blob, empty]) await client.pushAsContainerd('blobs', each)
  await client.expect(201, 'POST', `/v2/blobs/mounted/blobs/uploads/?mount=${blob.digest}&from=blobs`)
  await client.expect(202, 'DELETE', `/v2/blobs/blobs/${blob.digest}`)
  await sendInChunks(client, 'blobs', chunked, 1_000_000)
}

suite('the layout of a bucket', [minio, distribution], () => {
  let store: S3Server

  beforeAll(async () => {
    store = await startMinio()
  })

  describe('after the same pushes and deletions by each registry to a bucket of its own', () => {
    let ours: Record<string, Stored>
    let theirs: Record<string, Stored>

    beforeAll(async () => {
      for (const bucket of ['ours', 'theirs']) await store.createBucket(bucket)
      await useAll(clientOf([await startOurs(store, 'ours')]))
      await useAll(clientOf([await startTheirs(store, 'theirs')]))
      ours = await storedObjects(await bucketOf(store, 'ours'))
      theirs = await storedObjects(await bucketOf(store, 'theirs'))
    })

    const shared = (objects: Record<string, Stored>) =>
      Object.fromEntries(Object.entries(objects).filter(([key]) => !key.startsWith('docker/registry/v2/_registry/')))

    it('ours has the keys, contents and types of Distribution’s, and beside them only what is below `_registry`', () => {
      expect(shared(ours)).toEqual(theirs)
      expect(Object.keys(theirs).length).toBeGreaterThan(80)
    })

    it('ours has no key outside `_registry` that Distribution’s layout does not know', () => {
      const unknown = Object.keys(shared(ours)).filter(key => !layout.some(pattern => pattern.test(key)))
      expect(unknown).toEqual([])
    })
  })

  describe('when ours has taken over a bucket of Distribution’s and Distribution takes it back', () => {
    let theirs: Distribution
    const clients = {} as Record<'ours' | 'theirs', Client>
    const [early, late, unwanted] = [ociImage(21), ociImage(22), ociImage(23)]
    const keys = async (prefix = '') => storedKeys(await bucketOf(store, 'back'), prefix)
    const own = 'docker/registry/v2/_registry/'

    beforeAll(async () => {
      await store.createBucket('back')
      const both = await startBoth(store, 'back')
      theirs = both.theirs
      clients.ours = clientOf([both.ours])
      clients.theirs = clientOf([theirs])
      await pushContent(clients.theirs, 'team/app', 'early', early)
      await pushContent(clients.ours, 'team/app', 'late', late)
      await pushContent(clients.ours, 'team/app', 'unwanted', unwanted)
      await clients.ours.expect(202, 'DELETE', `/v2/team/app/manifests/${digestOf(unwanted)}`)
    })

    it('its garbage collection takes what ours deleted, keeps what is named, and leaves alone what is ours', async () => {
      const before = await keys(own)
      expect(before).not.toEqual([])
      await theirs.collect()

      const left = await keys()
      const isLeft = (blob: { digest: string }) => left.some(key => key.endsWith(`/${blob.digest.slice(7)}/data`))
      expect([...unwanted.blobs, ...unwanted.manifests].filter(isLeft)).toEqual([])
      expect([...early.blobs, ...early.manifests, ...late.blobs, ...late.manifests].every(isLeft)).toBe(true)
      expect(await keys(own)).toEqual(before)
    })

    it.each(['ours', 'theirs'] as const)('%s serves all that is named', async name => {
      await pullContent(clients[name], 'team/app', 'early', early)
      await pullContent(clients[name], 'team/app', 'late', late)
    })
  })
})
