import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { inParallel } from '../../../registry-app/src/concurrency/in-parallel.ts'
import { mixedFaults } from '../../fault-proxy/fault.ts'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { atRate, noFaults } from '../../fault-proxy/plan.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { writeLayers } from '../clients/layers.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { type Blob, type Client, clientOf, imageOf, pullImage, pushImage } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { startReplicas } from './support/replicas.ts'

const crane = await tool('crane')
const MB = 1_000_000
const images = 90

suite('a store of whose requests one in ten fails', [minio], () => {
  let proxy: FaultProxy
  let server: RegistryServer
  let client: Client

  beforeAll(async () => {
    const store = await startMinio()
    await store.createBucket('images')
    proxy = await faultProxy({ to: store.endpoint })
    const [first] = await startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images' })
    server = first as RegistryServer
    client = clientOf([server])
  })

  /** Every kind of fault, and no client that heard of one. */
  async function withFaults(seed: number, act: () => Promise<unknown>) {
    const before = server.log().length
    proxy.forget()
    proxy.plan = atRate(0.1, mixedFaults, seededRandom(seed))
    await act().finally(() => {
      proxy.plan = noFaults
    })
    const lines = server.log().slice(before).split('\n')
    expect(lines.filter(line => /level=error|http\.response\.status=(?:5|499)/.test(line))).toEqual([])
    const { requests } = proxy
    const hits = proxy.hits()
    const hit = Object.values(hits).reduce((sum, count) => sum + count, 0)
    expect(hit / requests.length).toBeGreaterThan(0.07)
    for (const kind of new Set(mixedFaults.map(fault => fault.kind))) expect(hits[kind], kind).toBeGreaterThan(0)
  }

  /** How the layers come in, with what sizes: some in several parts, some in chunks that are joined by the store or pass through again. */
  const flows: [sizes: number[], push: (repository: string, blob: Blob) => Promise<void>][] = [
    [[40_000, 300_000], (repository, blob) => client.pushAsDocker(repository, blob)],
    [[1, 70_000, 500_000], (repository, blob) => client.pushAsContainerd(repository, blob)],
    [[200_000], (repository, blob) => client.pushAtOnce(repository, blob)],
    [[300_000], (repository, blob) => client.pushInChunks(repository, blob, 64_000)],
  ]
  const large: typeof flows = [
    [[25 * MB], (repository, blob) => client.pushAsDocker(repository, blob)],
    [[25 * MB], (repository, blob) => client.pushAsContainerd(repository, blob)],
    [[25 * MB], (repository, blob) => client.pushAtOnce(repository, blob)],
    [[25 * MB], (repository, blob) => client.pushInChunks(repository, blob, 6 * MB)],
    [[12 * MB], (repository, blob) => client.pushInChunks(repository, blob, 2 * MB)],
  ]

  it(`takes ${images} images, large layers and chunks among them, and gives every byte back`, async () => {
    await withFaults(4, () =>
      inParallel(
        Array.from({ length: images }, (_, index) => index),
        6,
        async index => {
          const [sizes, push] = large[index / 7] ?? flows[index % flows.length] ?? [[], client.pushAsDocker]
          const [repository, image] = [`team/app-${index % 9}`, imageOf(sizes, index)]
          await pushImage(client, repository, `v${index}`, image, push)
          await pullImage(client, repository, `v${index}`, image, [image.config, ...image.layers])
        },
      ),
    )
  })

  it.skipIf(crane.missing)('serves crane, which finds ten images as it pushed them', async () => {
    const layers = await writeLayers(join(await temporaryFolder(), 'layers'), [12 * MB, 1000, 0])
    await withFaults(5, async () => {
      for (let index = 0; index < 10; index += 1) {
        const image = `${server.host}/team/crane:v${index}`
        const more = await writeLayers(join(await temporaryFolder(), 'layers'), [50_000 + index])
        await run(crane.path, [
          'append',
          '--oci-empty-base',
          ...[...layers, ...more].flatMap(layer => ['--new_layer', layer]),
          '--new_tag',
          image,
        ])
        await run(crane.path, ['validate', '--remote', image])
      }
    })
  })
})
