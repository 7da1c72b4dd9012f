import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { startVersity, versity } from '../support/versity.ts'
import { blobOf, type Client, clientOf, type Image, imageOf, pullImage, pushImage, putManifest } from './support/client.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { fillWithRepositories } from './support/many-repositories.ts'
import { requestsFor, startReplicas } from './support/replicas.ts'

const MB = 1_000_000
const fiveLayers = Array.from({ length: 5 }, () => 2 * MB)

suite('requests to the store, with the shipped defaults and 1,000 repositories in the bucket', [minio], () => {
  let proxy: FaultProxy
  let store: S3Server
  let first: RegistryServer
  let client: Client
  let inTurns: Client
  let seed = 0
  const fresh = (sizes: readonly number[] = fiveLayers): Image => imageOf(sizes, ++seed)

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    await fillWithRepositories(store, 'images', 1_000)
    proxy = await faultProxy({ to: store.endpoint })
    const servers = await replicas(2)
    first = servers[0] as RegistryServer
    client = clientOf([first])
    inTurns = clientOf(servers)
    // Each has looked whether anything is condemned; that request has a test of its own.
    for (const server of servers) await clientOf([server]).pushAtOnce('a/b', blobOf(Buffer.from('first')))
  })

  /** By itself it looks for unfinished uploads a minute after its start: whoever counts must not meet that. */
  const uploadpurging = { enabled: false }
  const seldom = { maintenance: { uploadpurging, garbagecollect: { viewage: '1h' } } }
  const replicas = (count: number, storage = seldom, s3 = {}) =>
    startReplicas(count, { store, endpoint: proxy.endpoint, bucket: 'images', storage, s3 })
  /** A process that has seen nothing yet. */
  const another = async () => clientOf(await replicas(1))

  /** The one table: what is done, how many requests that costs, how many it may cost, and what has to be there before. */
  const table: [what: string, requests: number, allowed: number, prepare: () => Promise<() => Promise<unknown>>][] = [
    [
      'a 10 MB layer, as docker pushes it',
      3,
      3,
      async () => {
        const blob = blobOf(Buffer.alloc(10 * MB, `${++seed}`))
        return () => client.pushAsDocker('a/b', blob)
      },
    ],
    [
      'a layer of 30 MB, as docker pushes it',
      3,
      3,
      async () => {
        const blob = blobOf(Buffer.alloc(30 * MB, `${++seed}`))
        return () => client.pushAsDocker('a/b', blob)
      },
    ],
    [
      'a layer of 30 MB, as containerd pushes it',
      3,
      3,
      async () => {
        const blob = blobOf(Buffer.alloc(30 * MB, `${++seed}`))
        return () => client.pushAsContainerd('a/b', blob)
      },
    ],
    [
      'a layer of 80 MB, as docker pushes it',
      8,
      8,
      async () => {
        const blob = blobOf(Buffer.alloc(80 * MB, `${++seed}`))
        return () => client.pushAsDocker('a/b', blob)
      },
    ],
    [
      'a layer of 80 MB, as containerd pushes it',
      9,
      11,
      async () => {
        const blob = blobOf(Buffer.alloc(80 * MB, `${++seed}`))
        return () => client.pushAsContainerd('a/b', blob)
      },
    ],
    // Its parts, and the six of a layer that is stored before its name is known.
    [
      'a layer of 200 MB, as docker pushes it: more than all the memory for parts',
      20 + 6,
      20 + 6,
      async () => {
        const blob = blobOf(Buffer.alloc(200 * MB, `${++seed}`))
        return () => client.pushAsDocker('a/b', blob)
      },
    ],
    [
      'a 10 MB layer, as docker pushes it, where there is memory for one part of 5 MiB alone',
      8,
      8,
      async () => {
        const small = 5 * 1024 * 1024
        const narrow = clientOf(await replicas(1, seldom, { chunksize: small, uploadmemory: small }))
        await narrow.pushAtOnce('a/b', blobOf(Buffer.from('first')))
        const blob = blobOf(Buffer.alloc(10 * MB, `${++seed}`))
        return () => narrow.pushAsDocker('a/b', blob)
      },
    ],
    [
      'a 10 MB layer, as containerd pushes it',
      3,
      3,
      async () => {
        const blob = blobOf(Buffer.alloc(10 * MB, `${++seed}`))
        return () => client.pushAsContainerd('a/b', blob)
      },
    ],
    [
      'a 10 MB layer by one POST',
      2,
      2,
      async () => {
        const blob = blobOf(Buffer.alloc(10 * MB, `${++seed}`))
        return () => client.pushAtOnce('a/b', blob)
      },
    ],
    [
      'HEAD of a blob that is there',
      2,
      2,
      async () => {
        const blob = blobOf(Buffer.from(`${++seed}`))
        await client.pushAtOnce('a/b', blob)
        return () => client.expect(200, 'HEAD', `/v2/a/b/blobs/${blob.digest}`)
      },
    ],
    [
      'an image of five layers',
      24,
      24,
      async () => {
        const image = fresh()
        return () => pushImage(client, 'a/image', 'v1', image)
      },
    ],
    [
      'the same through two replicas in turns',
      24,
      27,
      async () => {
        const image = fresh()
        return () => pushImage(inTurns, 'a/turns', 'v1', image)
      },
    ],
    [
      'an image pushed again unchanged',
      11,
      16,
      async () => {
        const image = fresh()
        await pushImage(client, 'a/again', 'v1', image)
        return () => pushImage(client, 'a/again', 'v1', image)
      },
    ],
    [
      'an image pulled by its tag, nothing cached',
      8,
      8,
      async () => {
        const image = fresh()
        await pushImage(client, 'a/pull', 'v1', image)
        const cold = await another()
        return () => pullImage(cold, 'a/pull', 'v1', image)
      },
    ],
    [
      'the same with its config',
      9,
      9,
      async () => {
        const image = fresh()
        await pushImage(client, 'a/pull', 'v2', image)
        const cold = await another()
        return () => pullImage(cold, 'a/pull', 'v2', image, [image.config, ...image.layers])
      },
    ],
    [
      'an image pulled again',
      6,
      7,
      async () => {
        const image = fresh()
        await pushImage(client, 'a/pull', 'v3', image)
        await pullImage(client, 'a/pull', 'v3', image)
        return () => pullImage(client, 'a/pull', 'v3', image)
      },
    ],
    [
      'a tag deleted',
      2,
      2,
      async () => {
        await pushImage(client, 'a/tags', 'gone', fresh([1000]))
        return () => client.expect(202, 'DELETE', '/v2/a/tags/manifests/gone')
      },
    ],
    // Those of the tag and of the manifest itself, and one page of the listing before and after; never one for each of the 50 other tags.
    [
      'a manifest deleted in a repository of 51 tags',
      7,
      7,
      async () => {
        const [image, other] = [fresh([1000]), fresh([1000])]
        await pushImage(client, 'a/many', 'mine', image)
        await pushImage(client, 'a/many', 'other', other)
        for (let index = 0; index < 49; index += 1) await putManifest(client, 'a/many', `other-${index}`, other)
        return () => client.expect(202, 'DELETE', `/v2/a/many/manifests/${image.manifest.digest}`)
      },
    ],
    ['a list of 1,000 tags', 1, 2, async () => () => client.expect(200, 'GET', '/v2/many-tags/tags/list')],
    [
      'a mount',
      3,
      3,
      async () => {
        const blob = blobOf(Buffer.from(`${++seed}`))
        await client.pushAtOnce('a/source', blob)
        return () => client.expect(201, 'POST', `/v2/a/target/blobs/uploads/?mount=${blob.digest}&from=a/source`)
      },
    ],
    [
      'three referrers that were not seen before',
      3 + 3,
      3 + 3,
      async () => {
        const image = fresh([1000])
        await pushImage(client, 'a/subject', 'v1', image)
        const subject = {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: image.manifest.digest,
          size: image.manifest.content.length,
        }
        for (const index of [1, 2, 3])
          await pushImage(client, 'a/subject', `sig-${index}`, imageOf([100], ++seed, { subject, artifactType: 'x/y' }))
        const cold = await another()
        return () => cold.expect(200, 'GET', `/v2/a/subject/referrers/${image.manifest.digest}`)
      },
    ],
  ]

  // One request more fails, though it may be allowed; so does one less: then the table is to say so.
  describe('are exactly', () => {
    it.each(table)('%s: %i, and %i are allowed', async (what, requests, allowed, prepare) => {
      const act = await prepare()
      const { total, operations } = await requestsFor(proxy, act)
      expect(total, `${what}: ${operations}`).toBe(requests)
      expect(requests).toBeLessThanOrEqual(allowed)
    })
  })

  it('looks whether anything is condemned by one list, and not again before its view is old', async () => {
    const [server] = await replicas(1, { maintenance: { uploadpurging, garbagecollect: { viewage: '3s' } } })
    const client = clientOf([server as RegistryServer])
    const push = async () => (await requestsFor(proxy, () => client.pushAtOnce('a/b', blobOf(Buffer.from(`${++seed}`))))).total
    const miss = async () => (await requestsFor(proxy, () => client.expect(404, 'HEAD', `/v2/a/b/blobs/sha256:${'0'.repeat(64)}`))).total
    expect([await push(), await push()]).toEqual([3, 2])
    await sleep(3_100)
    expect([await push(), await miss()]).toEqual([3, 1])
  })

  it('walks over all keys once for the catalog, and lists 1,000 names by two requests from then on', async () => {
    const fresh = await another()
    // The first filling, which counts apart.
    await fresh.expect(200, 'GET', '/v2/_catalog?n=10')
    const { names, total, operations } = await namesBy(fresh, proxy)
    expect(names.length).toBeGreaterThan(1_000)
    // Two pages, and a request for each; twice as many are allowed.
    expect(Math.ceil(names.length / 1_000)).toBe(2)
    expect(total, operations).toBe(2)
  })

  it('writes nothing where only reading is allowed, not even at its start', async () => {
    const image = fresh([1000])
    await pushImage(client, 'a/kept', 'v1', image)
    const storage = { maintenance: { readonly: { enabled: true } } }
    const { total, operations } = await requestsFor(proxy, async () => {
      const reader = clientOf(await startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images', storage }))
      await pullImage(reader, 'a/kept', 'v1', image)
    })
    expect(operations).not.toMatch(/Put|Delete|Multipart|Copy/)
    expect(total).toBeGreaterThan(0)
  })
})

suite('requests to a store that counts a name once, whatever lies below it', [versity], () => {
  it('list 1,000 names by two, and remember none', async () => {
    const store = await startVersity()
    await store.createBucket('images')
    await fillWithRepositories(store, 'images', 1_000)
    const proxy = await faultProxy({ to: store.endpoint })
    const storage = { maintenance: { uploadpurging: { enabled: false } } }
    const client = clientOf(await startReplicas(1, { store, endpoint: proxy.endpoint, bucket: 'images', storage }))
    // Two for a full page, of which the second finds that there is more, and one for the rest; the very first asks what the store counts.
    for (const requests of [4, 3]) {
      const { names, total, operations } = await namesBy(client, proxy)
      expect(names.length).toBe(1_001)
      expect(total, operations).toBe(requests)
    }
  })
})

/** All names of the catalog, a thousand to a page: in order, and none twice. */
async function namesBy(client: Client, proxy: FaultProxy) {
  const names: string[] = []
  const counted = await requestsFor(proxy, async () => {
    for (let next: string | undefined = '/v2/_catalog?n=1000'; next; ) {
      const answer: Response = await client.expect(200, 'GET', next)
      names.push(...((await answer.json()) as { repositories: string[] }).repositories)
      next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1]
    }
  })
  expect(names).toEqual([...new Set(names)].sort())
  return { names, ...counted }
}
