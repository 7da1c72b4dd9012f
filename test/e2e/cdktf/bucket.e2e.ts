import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { importNodeImage } from '../support/node-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { freePort, KitProject } from './kit-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

const name = `e2e-${randomBytes(4).toString('hex')}`
const app = `registry-${name}`
const data = `registry-${name}-data`
const base = `bucket-registry-${name}/node:24`

suite('cdktf deploys a registry whose images are in a bucket, by Signature Version 2', [dockerEngine, minio, provider], () => {
  let project: KitProject
  let store: S3Server
  let port: number
  let outputs: Awaited<ReturnType<KitProject['deploy']>>
  const pushed = () => `localhost:${port}/team/node:24`

  const write = ({ level = 'info' } = {}) =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: s3, provider: minio, endpoint: '${store.endpoint}', region: us-east-1, signingVersion: v2, bucket: images, prefix: kit, existing: true}
host: {uri: '${inject('dockerHost') || 'unix:///var/run/docker.sock'}', port: ${port}}
auth: {by: none}
labels: {purpose: test}
registry: {log: {level: ${level}}}
`,
    )

  async function expectPull() {
    await docker(['rmi', pushed()])
    await docker(['pull', pushed()])
    expect(await docker(['run', '--rm', '--network', 'none', pushed(), 'node', '--version'])).toMatch(/^v24\./)
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
    const folder = await temporaryFolder()
    const node = join(folder, 'node')
    const home = join(folder, 'project')
    await mkdir(node)
    await mkdir(home)
    await importNodeImage(base, { node: await node24(), folder: node })
    port = await freePort()
    const address = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    store = await startMinio({ address })
    await store.createBucket('images')
    project = new KitProject(home, { node_image: base, s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey })
    await project.begin()
    await write()
  })

  afterAll(async () => {
    await docker(['rm', '--force', app, `${app}-secrets`])
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

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('takes a docker push, gives it back, and has it in the bucket', async () => {
    await docker(['tag', base, pushed()])
    await docker(['push', pushed()])
    await expectPull()

    const tag = 'kit/docker/registry/v2/repositories/team/node/_manifests/tags/24/'
    expect(await storedKeys(await bucketOf(store), tag)).toContain(`${tag}current/link`)
  })

  it('shows nobody the keys who asks the engine for the variables', async () => {
    const shown = await docker(['inspect', app])

    expect(shown).not.toContain(store.secretAccessKey)
    expect(shown).toContain('REGISTRY_STORAGE_S3_SECRETKEY_FILE=/run/registry/s3-secret-key')
  })

  it('takes other keys when they are given, as another registry', async () => {
    const before = await docker(['inspect', '--format', '{{.Id}}', app])
    const stranger = project.with({ s3_secret_key: 'another/key' })

    await expect(stranger.planNothing(app)).rejects.toThrow(/docker_container\.registry must be replaced/)
    expect(await docker(['inspect', '--format', '{{.Id}}', app])).toBe(before)
  })

  it('follows a change in the file, and keeps the images', async () => {
    await write({ level: 'debug' })
    await project.deploy(data, app)

    expect(await docker(['inspect', '--format', '{{.Config.Env}}', app])).toContain('"level":"debug"')
    await expectPull()
  })

  it('runs from an image that is there already, where the variable names one', async () => {
    await docker(['tag', await docker(['inspect', '--format', '{{.Image}}', app]), `localhost:${port}/kit/registry:1`])
    await docker(['push', `localhost:${port}/kit/registry:1`])
    await project.with({ image: `localhost:${port}/kit/registry:1` }).deploy(data, app)

    expect(await docker(['inspect', '--format', '{{.Config.Image}}', app])).toMatch(/^sha256:/)
    await expectPull()
    await docker(['rmi', '--force', `localhost:${port}/kit/registry:1`])
  })

  it('leaves nothing on the engine when the app is destroyed', async () => {
    await project.destroy(app)

    expect(await remains()).toBe('')
  })

  it('has the images again when it is deployed again', async () => {
    await project.deploy(data, app)

    await expectPull()
  })

  it('keeps an existing bucket when both are destroyed', async () => {
    await project.destroy(app, data)

    expect(await remains()).toBe('')
    expect(await storedKeys(await bucketOf(store), 'kit/docker/registry/v2/blobs/')).not.toEqual([])
  })
})
