import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import type { S3Server } from '../../support/s3-server.ts'
import { bucketStorage } from '../s3/support/replicas.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { kit } from './signed-in.ts'

const first = { username: 'admin', password: 'of-the-first-user' }

/** What is promised of a change, in milliseconds. */
const known = 30_000

suite('two replicas whose users are in the bucket', [minio], () => {
  let store: S3Server
  let servers: RegistryServer[]
  let config: string
  let secret: string
  let gone: string

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
    const storage = bucketStorage({ store, endpoint: store.endpoint, bucket: 'images' })
    servers = []
    for (let replica = 0; replica < 2; replica += 1) {
      const server = await startServer({ folder: await temporaryFolder(), config: { storage, auth: { htpasswd: first } } })
      atTheEnd(() => server.stop())
      servers.push(server)
    }
    config = join(await temporaryFolder(), 'config.yml')
    await writeFile(config, stringify({ version: 0.1, storage }))
  })

  const status = async ({ url }: RegistryServer, name: string, password: string) => {
    const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
    return (await fetch(`${url}/v2/`, { headers: { authorization } })).status
  }
  const statuses = (name: string, password: string) => Promise.all(servers.map(server => status(server, name, password)))
  const becomes = (name: string, password: string, expected: number) =>
    expect.poll(() => statuses(name, password), { timeout: known, interval: 500 }).toEqual([expected, expected])

  it('let the first user in, whom the configuration names', async () => {
    expect(await statuses(first.username, first.password)).toEqual([200, 200])
    expect(await statuses('second', 'x')).toEqual([401, 401])
  })

  const user = (command: string, ...args: string[]) => kit(['user', command, ...args, '--config', config])

  it('both know new users within 30 seconds, while somebody works', async () => {
    secret = await user('add', 'second', '--generate')
    gone = await user('add', 'third', '--generate')
    await becomes('second', secret, 200)
    expect(await statuses('third', gone)).toEqual([200, 200])
    expect(await user('list')).toBe('second\nthird')
  })

  it('both know another password, and who is gone, within 30 seconds', async () => {
    const other = await user('add', 'second', '--generate')
    await user('remove', 'third')
    await becomes('third', gone, 401)
    expect(await statuses('second', other)).toEqual([200, 200])
    expect(await statuses('second', secret)).toEqual([401, 401])
    expect(await user('list')).toBe('second')
    // Of each user there is one object.
    expect(await storedKeys(await bucketOf(store), 'docker/registry/v2/_registry/users/')).toHaveLength(1)
  })

  it('neither lets a robot in once kit token revoke has ended, while it works with both', async () => {
    const robot = (await kit(['token', 'create', 'deployer', '--repository', 'team/**', '--config', config])).trim()
    expect(await statuses('robot', robot)).toEqual([200, 200])
    const working = setInterval(() => void statuses('robot', robot).catch(() => undefined), 200)
    onTestFinished(() => clearInterval(working))
    await kit(['token', 'revoke', 'deployer', '--config', config])
    expect(await statuses('robot', robot)).toEqual([401, 401])
  })

  it('are those of an environment too, whose file names the bucket, with its keys in the variables', async () => {
    const folder = await temporaryFolder()
    const place = `endpoint: '${store.endpoint}', region: ${store.region}, bucket: images`
    await writeFile(join(folder, 'office.yml'), `engine: cdktf\nstorage: {driver: s3, provider: minio, ${place}}\n`)
    const env = { REGISTRY_STORAGE_S3_ACCESSKEY: store.accessKeyId, REGISTRY_STORAGE_S3_SECRETKEY: store.secretAccessKey }
    expect(await kit(['--environments', folder, 'user', 'list', '--environment', 'office'], { env })).toBe('second')
  })

  it('keep whom they know while the store is away', async () => {
    await store.stop()
    expect(await statuses(first.username, first.password)).toEqual([200, 200])
  })
})
