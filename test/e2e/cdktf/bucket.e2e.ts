import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copySource } from '../../../registry-app/src/s3/copy-object.ts'
import { freePort } from '../../support/free-port.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const providers = [
  await terraformProvider('kreuzwerker/docker', '3.6.2'),
  await terraformProvider('aminueza/minio', '3.6.5'),
  await terraformProvider('hashicorp/random', '3.7.2'),
]

const { name, app, data, base } = environmentNames()
const restored = `registry-${name}-restored`

/**
 * For how long the store is away. The engine asks every ten seconds, and waits five for an answer: so one question at least is asked and judged meanwhile.
 * `STORE_AWAY_SECONDS=150` is for a machine with time: fifteen questions, five times as many as a restart would want.
 */
const awaySeconds = Number(process.env.STORE_AWAY_SECONDS ?? 15)

suite('cdktf deploys a registry with its bucket, by Signature Version 2', [dockerEngine, minio, ...providers], () => {
  let project: KitProject
  let store: S3Server
  let port: number
  /** The id of what was pushed. */
  let image: string
  let outputs: Awaited<ReturnType<KitProject['deploy']>>
  /** The first user's, as the data stack made it. */
  let password: string
  /** Where docker's command line keeps who is signed in. */
  let login: string
  const pushed = () => `localhost:${port}/team/image:1`
  const signedIn = (...args: string[]) => docker(['--config', login, ...args])

  const write = ({ environment = name, level = 'info', bucket = 'bucket: images, onDestroy: empty' } = {}) =>
    project.write(
      environment,
      `engine: cdktf
storage: {driver: s3, provider: minio, endpoint: '${store.endpoint}', region: us-east-1, signingVersion: v2, ${bucket}, prefix: kit}
host: {uri: '${engineUri()}', port: ${port}}
auth: {by: password, user: builder}
labels: {purpose: test}
registry: {log: {level: ${level}}}
`,
    )

  async function expectPull() {
    await docker(['rmi', pushed()])
    await signedIn('pull', pushed())
    expect(await docker(['inspect', '--format', '{{.Id}}', pushed()])).toBe(image)
  }

  /** As the deployed environment prints it to be typed, by who may read its state. */
  async function signIn(of: Record<string, unknown> | undefined) {
    password = await project.run(String(of?.password_command))
    await project.run(
      `printf %s '${password}' | ${String(of?.login_command).replace('docker ', `docker --config '${login}' `)} --password-stdin`,
    )
  }

  const status = async (path: string) => {
    const authorization = `Basic ${Buffer.from(`builder:${password}`).toString('base64')}`
    return (await fetch(`http://localhost:${port}${path}`, { headers: { authorization } })).status
  }
  const bucketStatus = async () => {
    const bucket = await bucketOf(store)
    return (await bucket.send({ operation: 'HeadBucket', method: 'HEAD', expects: () => true })).status
  }

  async function remains() {
    const filter = ['--filter', `label=bucket-registry.environment=${name}`]
    const lists = [
      ['ps', '--all', '--format', '{{.Names}}', ...filter],
      ['volume', 'ls', '--format', '{{.Name}}', ...filter],
      ['images', '--format', '{{.Repository}}', `bucket-registry-${name}`],
    ]
    return (await Promise.all(lists.map(list => docker(list)))).join('')
  }

  beforeAll(async () => {
    login = await temporaryFolder()
    port = await freePort()
    const address = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    store = await startMinio({ address })
    project = await dockerProject(base, { variables: { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey } })
    await write()
  })

  afterAll(async () => {
    await docker(['rm', '--force', app, `${app}-secrets`, restored, `${restored}-secrets`])
    const volumes = await docker(['volume', 'ls', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])
    if (volumes) await docker(['volume', 'rm', '--force', ...volumes.split('\n')])
    await docker(['rmi', '--force', pushed(), base])
  })

  it('deploys data and app, and tells where the images are', async () => {
    outputs = await project.deploy(data, app)

    expect(outputs).toMatchObject({
      [app]: { url: `http://localhost:${port}` },
      [data]: { bucket: 'images', endpoint: store.endpoint },
    })
  })

  it('takes a docker push from who signed in and from nobody else, gives it back, and has it in the bucket', async () => {
    image = await importSmallImage(pushed())
    await expect(docker(['--config', `${login}-nobody`, 'push', pushed()])).rejects.toThrow(/unauthorized|no basic auth/i)
    await signIn(outputs[app])
    await signedIn('push', pushed())
    await expectPull()

    const tag = 'kit/docker/registry/v2/repositories/team/image/_manifests/tags/1/'
    expect(await storedKeys(await bucketOf(store), tag)).toContain(`${tag}current/link`)
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('shows nobody the keys who asks the engine for the variables, and not the password', async () => {
    const shown = await docker(['inspect', app])

    expect(shown).not.toContain(store.secretAccessKey)
    expect(shown).not.toContain(password)
    expect(shown).toContain('REGISTRY_STORAGE_S3_SECRETKEY_FILE=/run/registry/s3-secret-key')
  })

  it('takes other keys when they are given, as another registry', async () => {
    const before = await docker(['inspect', '--format', '{{.Id}}', app])
    const stranger = project.with({ s3_secret_key: 'another/key' })

    await expect(stranger.planNothing(app)).rejects.toThrow(/docker_container\.registry must be replaced/)
    expect(await docker(['inspect', '--format', '{{.Id}}', app])).toBe(before)
  })

  it('goes to no other bucket alone, without the images, and says why', async () => {
    await store.createBucket('other')
    const elsewhere = project.with({ s3_bucket: 'other' })

    await expect(elsewhere.terraform(app, 'apply', '-auto-approve')).rejects.toThrow(/the\s+registry would start without the images/)
    await expect(elsewhere.deploy('--ignore-missing-stack-dependencies', app)).rejects.toThrow('stands for the bucket images')
    expect(await docker(['inspect', '--format', '{{.Config.Env}}', app])).toContain('REGISTRY_STORAGE_S3_BUCKET=images')
  })

  it('follows a change in the file, and keeps the images', async () => {
    await write({ level: 'debug' })
    await project.terraform(app, 'apply', '-auto-approve')

    expect(await docker(['inspect', '--format', '{{.Config.Env}}', app])).toContain('"level":"debug"')
    await expectPull()
  })

  it(
    'is alive and not ready while the store is away, and serves when it is back, all without a restart',
    async () => {
      const state = '{{.State.StartedAt}} {{.RestartCount}}'
      const before = await docker(['inspect', '--format', state, app])
      await store.stop()

      await expect.poll(() => status('/readyz'), { timeout: 20_000 }).toBe(503)
      expect(await status('/v2/team/image/manifests/1')).toBe(503)
      await sleep(awaySeconds * 1000)
      expect(await status('/healthz')).toBe(200)
      expect(await docker(['inspect', '--format', '{{.State.Health.Status}} {{.State.Health.FailingStreak}}', app])).toBe('healthy 0')

      await startMinio({ address: new URL(store.endpoint).hostname, port: Number(new URL(store.endpoint).port), folder: store.folder })
      await expect.poll(() => status('/readyz'), { timeout: 20_000 }).toBe(200)
      await expectPull()
      expect(await docker(['inspect', '--format', state, app])).toBe(before)
    },
    180_000 + awaySeconds * 1000,
  )

  it('runs from an image that is there already, where the variable names one', async () => {
    await docker(['tag', await docker(['inspect', '--format', '{{.Image}}', app]), `localhost:${port}/kit/registry:1`])
    await signedIn('push', `localhost:${port}/kit/registry:1`)
    await project.with({ image: `localhost:${port}/kit/registry:1` }).terraform(app, 'apply', '-auto-approve')

    expect(await docker(['inspect', '--format', '{{.Config.Image}}', app])).toMatch(/^sha256:/)
    await expectPull()
    await docker(['rmi', '--force', `localhost:${port}/kit/registry:1`])
  })

  it('leaves nothing on the engine when the app is destroyed', async () => {
    await project.destroy(app)

    expect(await remains()).toBe('')
  })

  it('has password and images again when it is deployed again', async () => {
    await project.deploy(data, app)

    await expectPull()
  })

  it('leaves nothing but the bucket when the app is destroyed for good', async () => {
    await project.destroy(app)

    expect(await remains()).toBe('')
    expect(await storedKeys(await bucketOf(store), 'kit/docker/registry/v2/blobs/')).not.toEqual([])
  })

  it('is restored from a copy of the bucket by an environment that names the copy', async () => {
    await store.createBucket('copy')
    const [from, to] = [await bucketOf(store), await bucketOf(store, 'copy')]
    // In the order of docs/operations.md.
    for (const part of ['_registry', 'repositories', 'blobs']) {
      for (const key of await storedKeys(from, `kit/docker/registry/v2/${part}/`)) {
        await to.send({
          operation: 'CopyObject',
          method: 'PUT',
          key,
          headers: { 'x-amz-copy-source': copySource(from, key) },
          slow: true,
        })
      }
    }
    await write({ environment: `${name}-restored`, bucket: 'bucket: copy, existing: true' })
    const again = await project.deploy(`${restored}-data`, restored)

    const former = password
    await signIn(again[restored])
    expect(password).not.toBe(former)
    await expectPull()
    await project.destroy(restored, `${restored}-data`)
    expect(await storedKeys(to)).not.toEqual([])
  })

  it('is gone, with the bucket, once that was emptied', async () => {
    expect(await project.kit('empty', name, '--yes')).toContain('is empty')
    const said = await project.destroy('--ignore-missing-stack-dependencies', data)

    expect(said).toMatch(/kept\s+= "the bucket images while anything is in it/)
    expect(await bucketStatus()).toBe(404)
  })
})
