import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { S3Server } from '../../support/s3-server.ts'
import { type Distribution, distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { bundle } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startBoth } from './support/both-registries.ts'
import { type Client, clientOf } from './support/client.ts'
import { digestOf, kinds, ociImage, pullContent, pushContent } from './support/content.ts'
import { bucketStorage } from './support/replicas.ts'

suite('a bucket whose garbage was collected, with Distribution on it too', [minio, distribution], () => {
  let store: S3Server
  let ours: Client
  let theirs: Client
  let other: Distribution
  const bucket = 'collected'
  const rootdirectory = 'some/folder'

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket(bucket)
    const both = await startBoth(store, bucket, { rootdirectory })
    other = both.theirs
    ours = clientOf([both.ours])
    theirs = clientOf([other])
  })

  const garbageCollect = async () => {
    const file = join(await temporaryFolder(), 'config.yml')
    const storage = bucketStorage({ store, endpoint: store.endpoint, bucket, s3: { rootdirectory } })
    await writeFile(file, stringify({ version: 0.1, storage, http: { addr: 'localhost:0' } }))
    return run(process.execPath, [bundle, 'garbage-collect', file, '--exclusive', '--delete-untagged'])
  }

  const tagsOf = async (repository: string) =>
    ((await (await theirs.expect(200, 'GET', `/v2/${repository}/tags/list`)).json()) as { tags: string[] }).tags

  it('is listed and pulled by Distribution: all that stays, and nothing of what is gone', async () => {
    const kept = Object.entries(kinds).map(([kind, make], at) => ({
      repository: `kept/${kind.replace(/\W+/g, '-')}`,
      content: make(at + 1),
    }))
    const gone = ociImage(100)
    for (const { repository, content } of kept) {
      await pushContent(ours, repository, 'v1', content)
      await pushContent(ours, repository, 'gone', gone)
      await ours.expect(202, 'DELETE', `/v2/${repository}/manifests/gone`)
    }
    expect(await garbageCollect()).toMatch(/\b4 blobs, .* freed/)

    for (const { repository, content } of kept) {
      expect(await tagsOf(repository)).toEqual(['v1'])
      for (const client of [theirs, ours]) await pullContent(client, repository, 'v1', content)
      await theirs.expect(404, 'GET', `/v2/${repository}/manifests/${digestOf(gone)}`)
      for (const { digest } of gone.blobs) await theirs.expect(404, 'HEAD', `/v2/${repository}/blobs/${digest}`)
    }
    const { repositories } = (await (await theirs.expect(200, 'GET', '/v2/_catalog')).json()) as { repositories: string[] }
    expect(repositories.sort()).toEqual(kept.map(({ repository }) => repository).sort())
    // Its own collector finds nothing that ours left, nor what it could not read.
    expect(await other.collect('--dry-run')).toContain('0 blobs and 0 manifests eligible for deletion')
  })

  it('takes from Distribution what was collected, pushed anew', async () => {
    const again = ociImage(100)
    await pushContent(theirs, 'kept/again', 'v1', again)
    for (const client of [theirs, ours]) await pullContent(client, 'kept/again', 'v1', again)
  })
})
