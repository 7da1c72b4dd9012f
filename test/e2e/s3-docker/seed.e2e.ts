import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { oldStore } from '../../fault-proxy/old-store.ts'
import { noFaults } from '../../fault-proxy/plan.ts'
import type { S3Request } from '../../fault-proxy/s3-request.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { faultProxy } from '../s3/support/fault-proxy.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { seedConfig, withValues } from './seed-config.ts'

const image = 'bucket-registry-e2e/seed'

/** More than the part that is held in memory, and less. */
const layers = [12_000_000, 1000]

suite('the config.yml that this project began with, and a real Docker engine', [minio, dockerEngine], () => {
  let store: S3Server
  const names: string[] = []

  beforeAll(async () => {
    store = await startMinio({ region: 'east-1' })
    const context = await temporaryFolder()
    for (const [index, size] of layers.entries()) await writeFile(join(context, `${index}.bin`), randomBytes(size))
    await writeFile(join(context, 'Dockerfile'), ['FROM scratch', ...layers.map((_, index) => `COPY ${index}.bin /`)].join('\n'))
    await docker(['build', '--tag', image, context])
  })

  afterAll(async () => {
    await docker(['rmi', '--force', ...names, image])
  })

  interface Trial {
    registry: RegistryServer
    proxy: FaultProxy
    /** Pushes the image, forgets it, pulls it. What was asked of the store before the pull is forgotten. @returns the image's id */
    thereAndBack(): Promise<string>
    /** Keys of all that the image consists of, but for its manifest. */
    blobs(): Promise<string[]>
  }

  async function open(bucket: string, plan: FaultProxy['plan'], values: Record<string, string>): Promise<Trial> {
    await store.createBucket(bucket)
    const proxy = await faultProxy({ to: store.endpoint, plan })
    const access = { accesskey: store.accessKeyId, secretkey: store.secretAccessKey, regionendpoint: proxy.endpoint, bucket }
    const folder = join(await temporaryFolder(), 'registry')
    await mkdir(folder)
    const registry = await startServer({ folder, text: withValues(seedConfig, { ...access, ...values }) })
    atTheEnd(() => registry.stop())
    const name = `${registry.host}/registry`

    return {
      registry,
      proxy,
      async thereAndBack() {
        names.push(name)
        await docker(['tag', image, name])
        await docker(['push', name])
        // By every name that it has: else the engine would still have its layers.
        await docker(['rmi', '--force', ...names, image])
        proxy.forget()
        await docker(['pull', name])
        await docker(['tag', name, image])
        return docker(['image', 'inspect', '--format', '{{.Id}}', name])
      },
      async blobs() {
        const accept = 'application/vnd.docker.distribution.manifest.v2+json'
        const answer = await fetch(`${registry.url}/v2/registry/manifests/latest`, { headers: { accept } })
        const manifest = (await answer.json()) as { config: { digest: string }; layers: { digest: string }[] }
        const hexes = [manifest.config, ...manifest.layers].map(({ digest }) => digest.slice('sha256:'.length))
        return hexes.map(hex => `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`).sort()
      },
    }
  }

  /** The file names a port for operators, and the next registry has the same file. */
  const makeRoom = ({ registry }: Trial) => registry.stop()

  const idOf = () => docker(['image', 'inspect', '--format', '{{.Id}}', image])

  describe('word for word but for keys, bucket and endpoint, on a store that knows only version 2', () => {
    let trial: Trial

    beforeAll(async () => {
      trial = await open('seed', oldStore(), {})
    })
    afterAll(() => makeRoom(trial))

    it('takes an image and gives it back', async () => {
      const before = await idOf()
      expect(await trial.thereAndBack()).toBe(before)
    })

    it('signs every request in version 2: the store had nothing to refuse, and sent nothing to others', () => {
      const { requests } = trial.proxy
      expect(requests.length).toBeGreaterThan(0)
      expect(requests.filter(({ headers }) => !headers.authorization?.startsWith('AWS '))).toEqual([])
      expect(trial.proxy.hits()).toEqual({})
    })

    it('logs with the fields that it names', () => {
      expect(trial.registry.log()).toMatch(/msg="?listening"? service=registry environment=service /)
    })
  })

  describe.each([
    ['2, on a store that knows only that', 'redirects-v2', oldStore(), { disable: 'false' }, 'Signature'],
    ['4', 'redirects-v4', noFaults, { disable: 'false', v4auth: 'yes' }, 'X-Amz-Signature'],
  ] as const)('with redirects enabled, by version %s', (_, bucket, plan, values, signature) => {
    let trial: Trial

    beforeAll(async () => {
      trial = await open(bucket, plan, values)
    })
    afterAll(() => makeRoom(trial))

    it('takes an image and gives it back', async () => {
      const before = await idOf()
      expect(await trial.thereAndBack()).toBe(before)
    })

    it('has the engine fetch config and layers from the store itself, each once, and none passes through here', async () => {
      const blobs = await trial.blobs()
      const reads = trial.proxy.requests.filter(({ operation, key }) => operation === 'GetObject' && blobs.includes(key))
      const isClients = ({ headers, query }: S3Request) => !headers.authorization && query.has(signature)
      expect(
        reads
          .filter(isClients)
          .map(({ key }) => key)
          .sort(),
      ).toEqual(blobs)
      expect(reads.every(({ headers }) => headers['user-agent']?.startsWith('docker/'))).toBe(true)
      expect(trial.proxy.hits()).toEqual({})
    })
  })
})
