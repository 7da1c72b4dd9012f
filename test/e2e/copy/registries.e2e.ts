import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { writeLayers } from '../clients/layers.ts'
import { startOurs } from '../s3/support/both-registries.ts'
import { clientOf } from '../s3/support/client.ts'
import { digestOf, kinds, ociImage, pullContent, pushContent } from '../s3/support/content.ts'
import { openClient } from '../s3/support/open-client.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { type Distribution, distribution, startDistribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { runCopy, startCopy } from './run-copy.ts'

const crane = await tool('crane')
const oras = await tool('oras')

/** `registry:2` on a folder, as most people have it. */
const theirStorage = (rootdirectory: string) => ({ filesystem: { rootdirectory }, delete: { enabled: true } })

async function ours(folder?: string): Promise<RegistryServer> {
  const own = folder ?? (await temporaryFolder())
  const server = await startServer({ folder: own })
  atTheEnd(() => server.stop())
  return server
}

suite('kit copy, between Distribution and us', [distribution], () => {
  let home: string
  let theirs: Distribution
  let server: RegistryServer

  beforeAll(async () => {
    home = await temporaryFolder()
    theirs = await startDistribution(theirStorage(await temporaryFolder()))
    server = await ours()
    const client = clientOf([theirs])
    for (const [kind, make] of Object.entries(kinds)) {
      const repository = `team/${kind.replace(/\W+/g, '-')}`
      for (const seed of [1, 2]) await pushContent(client, repository, `v${seed}`, make(seed))
    }
  })

  const all = (check: (repository: string, tag: string, content: ReturnType<(typeof kinds)['an image']>) => Promise<void>) =>
    Promise.all(
      Object.entries(kinds).flatMap(([kind, make]) =>
        [1, 2].map(seed => check(`team/${kind.replace(/\W+/g, '-')}`, `v${seed}`, make(seed))),
      ),
    )

  it('takes over a whole registry, and a second time sends nothing', async () => {
    expect(await runCopy(home, theirs.host, server.host)).toContain('8 images copied')
    await all((repository, tag, content) => pullContent(clientOf([server]), repository, tag, content))
    expect(await runCopy(home, theirs.host, server.host)).toContain('0 images copied (0 blobs, 0 B); 8 there already; 0 failed')
  })

  it('hands it back', async () => {
    const others = await startDistribution(theirStorage(await temporaryFolder()))
    await runCopy(home, server.host, others.host)
    await all((repository, tag, content) => pullContent(clientOf([others]), repository, tag, content))
  })

  it('goes on where it was killed', async () => {
    const other = await ours()
    const first = startCopy(home, theirs.host, other.host, '--jobs', '1')
    while (!first.log().includes('copied to')) await sleep(5)
    await first.end('SIGKILL')

    const said = await runCopy(home, theirs.host, other.host)

    expect(said).toMatch(/; [1-8] there already; 0 failed/)
    await all((repository, tag, content) => pullContent(clientOf([other]), repository, tag, content))
  })

  it('keeps a standby that loses nothing while it is away', async () => {
    const folder = await temporaryFolder()
    const standby = await ours(folder)
    const watch = startCopy(home, `${theirs.host}/live`, standby.host, '--watch', '--interval', '1s')
    const client = clientOf([theirs])
    const arrives = async (tag: string, seed: number, at: RegistryServer) => {
      const there = async () => (await clientOf([at]).ask('HEAD', `/v2/live/manifests/${tag}`)).headers.get('docker-content-digest')
      await expect.poll(there, { timeout: 60_000, interval: 100 }).toBe(digestOf(ociImage(seed)))
      await pullContent(clientOf([at]), 'live', tag, ociImage(seed))
    }
    await pushContent(client, 'live', 'v1', ociImage(21))
    await arrives('v1', 21, standby)

    await standby.stop()
    await pushContent(client, 'live', 'v1', ociImage(22))
    await pushContent(client, 'live', 'v2', ociImage(23))
    while (!/ECONNREFUSED/.test(watch.log())) await sleep(50)
    const again = await startServer({ folder, port: Number(new URL(standby.url).port) })
    atTheEnd(() => again.stop())

    await arrives('v1', 22, again)
    await arrives('v2', 23, again)
    await watch.end('SIGTERM')
  })
})

suite('kit copy, of what crane has made', [distribution, crane], () => {
  it('brings images that crane finds whole', async () => {
    const home = await temporaryFolder()
    const theirs = await startDistribution(theirStorage(await temporaryFolder()))
    const server = await ours()
    const layers = await writeLayers(join(home, 'layers'), [12_000_000, 1000, 0])
    const image = (host: string, tag: string) => `${host}/crane:${tag}`
    await run(crane.path, [
      'append',
      '--oci-empty-base',
      ...layers.flatMap(layer => ['--new_layer', layer]),
      '--new_tag',
      image(theirs.host, 'one'),
    ])
    await run(crane.path, ['mutate', '--set-platform', 'linux/arm64', '--tag', image(theirs.host, 'two'), image(theirs.host, 'one')])
    const [one, two] = ['one', 'two']
      .flatMap(tag => ['--manifest', image(theirs.host, tag)].join('='))
      .values()
      .toArray()
    await run(crane.path, ['index', 'append', one ?? '', two ?? '', '--tag', image(theirs.host, 'all')])

    await runCopy(home, `${theirs.host}/crane:all`, server.host)

    await run(crane.path, ['validate', '--remote', image(server.host, 'all')])
    expect(await run(crane.path, ['digest', image(server.host, 'all')])).toBe(await run(crane.path, ['digest', image(theirs.host, 'all')]))
  })
})

suite('kit copy, of what oras has attached', [distribution, oras], () => {
  let home: string
  const subject = digestOf(ociImage(1))
  const attach = (host: string, type: string) =>
    run(oras.path, ['attach', '--plain-http', '--artifact-type', type, `${host}/app@${subject}`, 'statement.json:application/json'], {
      cwd: home,
      env: { HOME: home },
    })
  const types = async (host: string) => {
    const found = await run(oras.path, ['discover', '--plain-http', '--format', 'json', `${host}/app@${subject}`], { env: { HOME: home } })
    return (JSON.parse(found) as { referrers: { artifactType: string }[] }).referrers.map(({ artifactType }) => artifactType).sort()
  }
  const both = ['application/vnd.example.sbom', 'application/vnd.example.signature']

  beforeAll(async () => {
    home = await temporaryFolder()
    await writeFile(join(home, 'statement.json'), '{}')
  })

  it('brings it along, by the API where we have it and by tags where Distribution does', async () => {
    const theirs = await startDistribution(theirStorage(await temporaryFolder()))
    await pushContent(clientOf([theirs]), 'app', 'v1', ociImage(1))
    for (const type of both) await attach(theirs.host, type)
    const server = await ours()
    await runCopy(home, `${theirs.host}/app:v1`, server.host)
    expect(await types(server.host)).toEqual(both)

    const others = await startDistribution(theirStorage(await temporaryFolder()))
    await runCopy(home, `${server.host}/app:v1`, others.host)
    expect(await types(others.host)).toEqual(both)
  })
})

suite('a folder of Distribution’s', [distribution], () => {
  it('is served in place, and handed back', async () => {
    const folder = await temporaryFolder()
    const data = join(folder, 'data')
    const theirs = await startDistribution(theirStorage(data))
    for (const [kind, make] of Object.entries(kinds)) await pushContent(clientOf([theirs]), kind.replace(/\W+/g, '-'), 'v1', make(3))
    await theirs.stop()

    const server = await ours(folder)
    for (const [kind, make] of Object.entries(kinds)) await pullContent(clientOf([server]), kind.replace(/\W+/g, '-'), 'v1', make(3))
    const { repositories } = (await (await clientOf([server]).expect(200, 'GET', '/v2/_catalog')).json()) as { repositories: string[] }
    expect(repositories).toHaveLength(Object.keys(kinds).length)
    await pushContent(clientOf([server]), 'of-ours', 'v1', ociImage(4))
    await clientOf([server]).expect(202, 'DELETE', '/v2/an-image/manifests/v1')
    await server.stop()

    const back = clientOf([await startDistribution(theirStorage(data))])
    await pullContent(back, 'of-ours', 'v1', ociImage(4))
    await back.expect(404, 'GET', '/v2/an-image/manifests/v1')
    for (const [kind, make] of Object.entries(kinds).slice(1)) await pullContent(back, kind.replace(/\W+/g, '-'), 'v1', make(3))
  })
})

suite('a folder of Distribution’s, copied into a bucket file by file', [distribution, minio], () => {
  it('is served there', async () => {
    const data = await temporaryFolder()
    const theirs = await startDistribution(theirStorage(data))
    for (const [kind, make] of Object.entries(kinds)) await pushContent(clientOf([theirs]), kind.replace(/\W+/g, '-'), 'v1', make(5))
    await theirs.stop()
    const store = await startMinio()
    await store.createBucket('images')
    const bucket = await openClient(store, store.endpoint)
    for (const file of await readdir(data, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name)
      if (file.isFile()) await putObject(bucket, relative(data, path), [await readFile(path)])
    }

    const server = await startOurs(store, 'images')

    for (const [kind, make] of Object.entries(kinds)) await pullContent(clientOf([server]), kind.replace(/\W+/g, '-'), 'v1', make(5))
  })
})
