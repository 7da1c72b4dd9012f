import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { beSwarm } from '../support/swarm.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')
const random = await terraformProvider('hashicorp/random', '3.7.2')

const { name, app, data, base } = environmentNames()
const newerBase = `${base}-newer`
const address = `${app}:5000`

suite('cdktf deploys a service to a real Docker Swarm', [dockerEngine, minio, provider, random], () => {
  let project: KitProject
  /** The same with another image, by another one that it is built on. */
  let newer: KitProject
  let store: S3Server
  let password: string

  const write = ({ level = 'info', replicas = 2 } = {}) =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: s3, provider: minio, endpoint: '${store.endpoint}', region: us-east-1, signingVersion: v2, bucket: images, existing: true}
state: {backend: s3, endpoint: '${store.endpoint}', region: us-east-1, bucket: states}
host:
  uri: '${engineUri()}'
  swarm: {replicas: ${replicas}, endpoint: dnsrr, constraints: [node.role == manager]}
certificate: {by: none}
auth: {by: password, user: builder}
registry: {log: {level: ${level}}}
`,
    )

  /** A client in the service's own network: this kernel has no mesh that would publish a port. */
  const client = (script: string, more: readonly string[] = []) =>
    docker(['run', ...more, '--network', app, '--env', `REGISTRY=${address}`, '--env', `PASSWORD=${password}`, base, 'node', script])

  const filter = ['--filter', `label=bucket-registry.environment=${name}`]
  const running = () => docker(['ps', '--format', '{{.ID}}', ...filter])

  /** What each replica answers, asked by itself. */
  const statuses = async (path: string) =>
    Promise.all(
      (await running())
        .split('\n')
        .map(id => docker(['exec', id, 'node', '--eval', `fetch('http://localhost:5000${path}').then(a => console.log(a.status))`])),
    )

  beforeAll(async () => {
    await beSwarm()
    const gateway = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    store = await startMinio({ address: gateway })
    await store.createBucket('images')
    await store.createBucket('states')
    const keys = { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey }
    const statesKeys = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey }
    const scripts = ['push.mjs', 'pull.mjs'].map(script => join(import.meta.dirname, 'client', script))
    project = await dockerProject(base, { variables: keys, others: statesKeys, scripts })
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nLABEL newer=true\n`)
    await docker(['build', '--tag', newerBase, folder])
    newer = project.with({ node_image: newerBase })
    await write()
  })

  afterAll(async () => {
    await docker(['rmi', '--force', newerBase, base])
  })

  it('starts two replicas, and tells how to sign in', async () => {
    const outputs = await project.deploy(data, app)

    expect(outputs[app]).toMatchObject({
      url: `http://${address}`,
      service: address,
      login_command: `docker login ${address} --username builder`,
      password_command: `terraform -chdir=cdktf.out/stacks/${data} output -raw password`,
    })
    expect((await running()).split('\n')).toHaveLength(2)
    password = await project.run(String(outputs[app]?.password_command))
    expect(password).toMatch(/^\w{32}$/)
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('takes an image from whoever has the password, and from nobody else', async () => {
    expect(await client('/push.mjs', ['--rm'])).toContain('pushed')
    await expect(
      docker([
        'run',
        '--rm',
        '--network',
        app,
        '--env',
        `REGISTRY=${address}`,
        '--env',
        'PASSWORD=wrong-password',
        base,
        'node',
        '/push.mjs',
      ]),
    ).rejects.toThrow('401')
  })

  it('shows the secrets to nobody who asks the engine', async () => {
    const shown = await docker(['service', 'inspect', app])

    expect(shown).not.toContain(password)
    expect(shown).not.toContain(store.secretAccessKey)
  })

  it('restarts no replica while the store hangs', async () => {
    const before = await running()
    process.kill(store.pid, 'SIGSTOP')
    try {
      await expect.poll(() => statuses('/readyz'), { timeout: 30_000 }).toEqual(['503', '503'])
      // Had the health check asked the store: three questions ten seconds apart, five for each answer, and the Swarm replaces the task.
      await sleep(50_000)
      expect(await statuses('/healthz')).toEqual(['200', '200'])
    } finally {
      process.kill(store.pid, 'SIGCONT')
    }
    await expect.poll(() => statuses('/readyz'), { timeout: 30_000 }).toEqual(['200', '200'])

    expect(await running()).toBe(before)
    const tasks = await docker(['service', 'ps', '--no-trunc', '--format', '{{.ID}} {{.CurrentState}}', app])
    expect(tasks.split('\n').map(task => task.split(' ')[1])).toEqual(['Running', 'Running'])
  })

  it('replaces both replicas under constant pulls of which none fails', async () => {
    const puller = await client('/pull.mjs', ['--detach', '--name', `${app}-puller`])
    const before = await running()
    await write({ level: 'debug' })
    // An upgrade of the kit is this: another image as well. The old one goes, though the engine keeps the ended replicas a while.
    await newer.deploy(data, app)
    expect((await docker(['images', '--quiet', `bucket-registry-${name}`])).split('\n')).toHaveLength(1)
    // The provider may take an update that has not begun for one that is over.
    const kept = async () => (await running()).split('\n').filter(id => before.includes(id))
    await expect.poll(kept, { timeout: 120_000, interval: 1000 }).toEqual([])
    await docker(['kill', '--signal', 'TERM', puller])
    await docker(['wait', puller])
    const log = await docker(['logs', puller])
    await docker(['rm', puller])

    expect(log).toMatch(/ 0 failed$/)
    expect(Number(log.match(/(\d+) pulls/)?.[1])).toBeGreaterThan(10)
  })

  it('has another config under another name, and the old one is gone', async () => {
    expect((await docker(['config', 'ls', '--format', '{{.Name}}', '--filter', `name=${app}`])).split('\n')).toHaveLength(1)
  })

  it('has as many replicas as the variable says', async () => {
    await newer.with({ replicas: '1' }).deploy(data, app)

    await expect.poll(async () => (await running()).split('\n'), { timeout: 90_000, interval: 1000 }).toHaveLength(1)
  })

  it('has its states in the bucket, and the registry read the password from there', async () => {
    expect(await storedKeys(await bucketOf(store, 'states'))).toEqual([`bucket-registry/${data}.tfstate`, `bucket-registry/${app}.tfstate`])
  })

  it('leaves nothing in the Swarm when both are destroyed, and the existing bucket as it was', async () => {
    await newer.destroy(app, data)

    for (const kind of ['service', 'config', 'secret', 'network']) {
      expect(await docker([kind, 'ls', '--quiet', '--filter', `name=${app}`]), kind).toBe('')
    }
    expect(await storedKeys(await bucketOf(store), 'docker/registry/v2/blobs/')).not.toEqual([])
  })
})
