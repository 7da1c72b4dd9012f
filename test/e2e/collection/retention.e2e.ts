import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { S3Server } from '../../support/s3-server.ts'
import { clientOf, imageOf, pullImage, pushImage } from '../s3/support/client.ts'
import { bucketStorage } from '../s3/support/replicas.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { minio, startMinio } from '../support/minio.ts'
import { bundle } from '../support/paths.ts'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** As short as the clock of a store allows, which tells whole seconds. */
const garbagecollect = {
  grace: '12s',
  viewage: '1s',
  window: '9s',
  batchtime: '2s',
  margin: '1s',
  untagged: true,
  enabled: true,
  schedule: '1s',
}
/** Longer than a tag counts as just pushed. Milliseconds. */
const settled = 4_000
/** In which what can be collected is: condemned, waited for and swept. Milliseconds. */
const untilCollected = 45_000

suite('retention on MinIO, beside a service that collects garbage all the time', [minio], () => {
  let store: S3Server
  beforeAll(async () => {
    store = await startMinio()
  })

  async function served(bucket: string, s3: Record<string, unknown>, policy: Record<string, unknown>, replicas: number) {
    await store.createBucket(bucket)
    const storage = bucketStorage({ store, endpoint: store.endpoint, bucket, s3, storage: { maintenance: { garbagecollect } } })
    const servers = await Promise.all(
      Array.from({ length: replicas }, async () => startServer({ folder: await temporaryFolder(), config: { storage, policy } })),
    )
    for (const server of servers) atTheEnd(() => server.stop())
    const command = async (name: string, changed: Record<string, unknown>, ...args: string[]) => {
      const file = join(await temporaryFolder(), 'config.yml')
      await writeFile(file, stringify({ version: 0.1, storage, policy: { ...policy, ...changed } }))
      return run(process.execPath, [bundle, name, file, ...args])
    }
    return { client: clientOf(servers), servers, command }
  }

  it.concurrent.each([
    ['4', { signingversion: 'v4' }],
    ['2', { signingversion: 'v2' }],
  ])(
    'a tag goes, is restored a while later with every byte, and is gone for good when its grace is over; signature version %s',
    async (version, s3) => {
      const retention = { rules: [{ repositories: ['a/**'], keep: { newest: 1 } }] }
      const { client, command } = await served(`by-v${version}`, s3, { retention, undo: { grace: '10m' } }, 1)
      const [old, fresh] = [imageOf([1000, 2000], 1), imageOf([3000], 2)]
      const layer = `/v2/a/b/blobs/${old.layers[0]?.digest}`
      await pushImage(client, 'a/b', 'v1', old)
      await sleep(settled)
      await pushImage(client, 'a/b', 'v2', fresh)
      await sleep(settled)

      expect(await command('retention', {}, '--dry-run')).toMatch(
        /^a\/b:v1 would go: rule 1 keeps the newest 1; .*\na\/b:v2 stays: rule 1: among/,
      )
      expect(await command('retention', {})).toContain('1 repository: 1 tag removed, 1 tag kept')
      await client.expect(404, 'GET', '/v2/a/b/manifests/v1')
      await sleep(untilCollected)
      expect(await command('restore', {}, '--list')).toMatch(/^a\/b:v1@sha256:[0-9a-f]{64} removed .*: rule 1 keeps the newest 1/)
      expect(await command('restore', {}, 'a/b:v1')).toContain('a/b:v1 restored')
      await pullImage(client, 'a/b', 'v1', old, [old.config, ...old.layers])

      // Now it is the newest.
      await sleep(settled)
      await command('retention', { undo: { grace: '1s' } })
      await client.expect(404, 'GET', '/v2/a/b/manifests/v2')
      await client.expect(200, 'HEAD', layer)
      await sleep(untilCollected)
      await expect(command('restore', {}, 'a/b:v2')).rejects.toThrow('cannot be restored')
      await client.expect(404, 'HEAD', `/v2/a/b/blobs/${fresh.layers[0]?.digest}`)
      await pullImage(client, 'a/b', 'v1', old, [old.config, ...old.layers])
    },
  )

  it.concurrent('two replicas apply the rules and count pulls, while tags are pushed all the time', async () => {
    const policy = {
      retention: { enabled: true, schedule: '1s', rules: [{ repositories: ['busy/*'], tags: ['t*'], keep: { newest: 3 } }] },
      undo: { grace: '10m' },
      lastpulls: { interval: '2s' },
    }
    const { client, servers } = await served('busy', {}, policy, 2)
    const images = Array.from({ length: 24 }, (_, seed) => imageOf([500], seed + 1))
    for (const [index, image] of images.entries()) {
      const tag = `t${index % 8}`
      await pushImage(client, 'busy/app', tag, image)
      // Acknowledged a moment ago: there is no retention that could take it.
      await pullImage(client, 'busy/app', tag, image)
      await sleep(1_000)
    }
    await sleep(15_000)
    const { tags } = (await (await client.expect(200, 'GET', '/v2/busy/app/tags/list')).json()) as { tags: string[] }
    expect(tags).toEqual(['t5', 't6', 't7'])
    for (const tag of tags) await pullImage(client, 'busy/app', tag, images[16 + Number(tag.slice(1))] as (typeof images)[number])
    const log = servers.map(server => server.log()).join('')
    expect(log).toMatch(/audit\.action"?[=:]"?retention/)
    expect(log).not.toMatch(/level"?[=:]"?error/)
  })
})
