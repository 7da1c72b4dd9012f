import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { type Client, clientOf, imageOf, pullImage, pushImage } from '../s3/support/client.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { beSwarm } from '../support/swarm.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

/** As often as a schedule can be, and as soon as the clock of a store allows, which tells whole seconds. */
const collecting = `collection: {run: job, schedule: 1m}
registry: {storage: {maintenance: {garbagecollect: {grace: 12s, viewage: 1s, window: 9s, batchtime: 2s, margin: 1s}}}}
`

/** Host and bucket of an environment, a project for it, and what is asked of the engine. */
async function environment(kind: string, variables: Record<string, string> = {}) {
  const { name, app, data, base } = environmentNames(kind)
  const project = await dockerProject(base, { variables })
  const logOf = (id: string) => docker(['logs', id])
  return { name, app, collector: `${app}-collector`, stacks: [data, app] as const, base, project, logOf, host: `uri: '${engineUri()}'` }
}
type Environment = Awaited<ReturnType<typeof environment>>

/** Deletes an image, and waits until its bytes are gone. Another one is pulled all the while. */
async function deleteAndWait(client: Client): Promise<void> {
  const [kept, doomed] = [imageOf([1000, 200_000], 1), imageOf([100_000], 2)]
  await pushImage(client, 'team/kept', 'v1', kept)
  await pushImage(client, 'team/image', 'v1', doomed)
  await client.expect(202, 'DELETE', `/v2/team/image/manifests/${doomed.manifest.digest}`)
  const [layer] = doomed.layers
  // By GET: who has been told by HEAD that it is there may rely on it, and it stays.
  const answers = async () => {
    await pullImage(client, 'team/kept', 'v1', kept, [kept.config, ...kept.layers])
    return (await client.ask('GET', `/v2/team/image/blobs/${layer?.digest}`)).status
  }
  expect(await answers()).toBe(200)
  await expect.poll(answers, { timeout: 240_000, interval: 1000 }).toBe(404)
}

/** How many blobs a process says that it has freed. */
const freedBy = (log: string) => [...log.matchAll(/"freed\.blobs":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)

async function expectNothingToChange({ project, stacks }: Environment): Promise<void> {
  for (const stack of stacks) expect(await project.planNothing(stack)).toContain('No changes.')
}

suite('a container that collects garbage beside the registry, on one volume', [dockerEngine, provider], () => {
  let deployed: Environment
  let client: Client

  beforeAll(async () => {
    deployed = await environment('job')
    const { project, name, host } = deployed
    const port = await freePort()
    const storage = 'storage: {driver: filesystem, onDestroy: delete}'
    await project.write(name, `engine: cdktf\n${storage}\nhost: {${host}, port: ${port}}\n${collecting}`)
    client = clientOf([{ url: `http://localhost:${port}` }])
  })

  afterAll(async () => {
    // Whatever a failed test left behind.
    await docker(['rm', '--force', deployed.app, deployed.collector])
    await docker(['volume', 'rm', '--force', deployed.app])
    await docker(['rmi', '--force', deployed.base])
  })

  it('is deployed, and a second plan changes nothing', async () => {
    await deployed.project.deploy(...deployed.stacks)

    await expectNothingToChange(deployed)
  })

  it('takes what was deleted while the registry serves, which takes nothing itself', async () => {
    await deleteAndWait(client)

    await expect.poll(async () => freedBy(await deployed.logOf(deployed.collector))).toBe(3)
    expect(await deployed.logOf(deployed.app)).not.toContain('garbage')
  }, 300_000)

  it('is the same process all the time', async () => {
    expect(await docker(['inspect', '--format', '{{.State.Status}} {{.RestartCount}}', deployed.collector])).toBe('running 0')
  })

  it('goes with the stack, and nothing is left', async () => {
    const { project, stacks, name } = deployed
    await project.destroy(stacks[1], stacks[0])

    const filter = ['--filter', `label=bucket-registry.environment=${name}`]
    expect(await docker(['ps', '--all', '--quiet', ...filter])).toBe('')
    expect(await docker(['volume', 'ls', '--quiet', ...filter])).toBe('')
    expect(await docker(['images', '--quiet', `bucket-registry-${name}`])).toBe('')
  })
})

suite('a service of a Swarm that collects garbage beside the replicas, in one bucket', [dockerEngine, minio, provider], () => {
  let deployed: Environment

  const containersOf = async (service: string) =>
    (await docker(['ps', '--format', '{{.ID}}', '--no-trunc', '--filter', `label=com.docker.swarm.service.name=${service}`])).split('\n')

  /** By the bridge that leads out of the Swarm: this kernel may have no mesh that would publish a port. */
  async function replicas() {
    const bridge = JSON.parse(await docker(['network', 'inspect', 'docker_gwbridge', '--format', '{{json .Containers}}']))
    return (await containersOf(deployed.app)).map(id => ({ url: `http://${bridge[id].IPv4Address.split('/')[0]}:5000` }))
  }

  beforeAll(async () => {
    await beSwarm()
    const gateway = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    const store = await startMinio({ address: gateway })
    await store.createBucket('images')
    deployed = await environment('swarm-job', { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey })
    const { project, name, host } = deployed
    await project.write(
      name,
      `engine: cdktf
storage: {driver: s3, provider: minio, endpoint: '${store.endpoint}', region: us-east-1, signingVersion: v2, bucket: images, existing: true}
host: {${host}, swarm: {replicas: 2, endpoint: dnsrr, constraints: [node.role == manager]}}
certificate: {by: none}
auth: {by: none}
${collecting}`,
    )
  })

  afterAll(async () => {
    await docker(['rmi', '--force', deployed.base])
  })

  it('is deployed, and a second plan changes nothing', async () => {
    await deployed.project.deploy(...deployed.stacks)

    expect(await containersOf(deployed.collector)).toHaveLength(1)
    await expectNothingToChange(deployed)
  })

  it('takes what was deleted while both replicas serve, which take nothing themselves', async () => {
    await deleteAndWait(clientOf(await replicas()))

    const logs = async (service: string) => (await Promise.all((await containersOf(service)).map(deployed.logOf))).join('\n')
    await expect.poll(async () => freedBy(await logs(deployed.collector))).toBe(3)
    expect(await logs(deployed.app)).not.toContain('garbage')
  }, 300_000)

  it('goes with the stack, and nothing is left', async () => {
    const { project, stacks, app } = deployed
    await project.destroy(stacks[1], stacks[0])

    for (const kind of ['service', 'config', 'secret', 'network']) {
      expect(await docker([kind, 'ls', '--quiet', '--filter', `name=${app}`]), kind).toBe('')
    }
  })
})
