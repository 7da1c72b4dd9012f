import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { beSwarm } from '../support/swarm.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const providers = [
  await terraformProvider('kreuzwerker/docker', '3.6.2'),
  await terraformProvider('hashicorp/random', '3.7.2'),
  await terraformProvider('hashicorp/tls', '4.1.0'),
]

const { name, app, data, base } = environmentNames()
const standby = `${app}-standby`
const there = `there-${name}`
const password = randomBytes(16).toString('hex')

suite('cdktf deploys a registry with a standby and a collector beside it', [dockerEngine, ...providers], () => {
  let project: KitProject
  let port: number
  let portThere: number
  /** Where docker's command line keeps who is signed in. */
  let login: string
  const pushed = (tag: string) => `localhost:${port}/team/image:${tag}`
  const firstPassword = () => project.run(`terraform -chdir=cdktf.out/stacks/${data} output -raw password`)
  const authorization = `Basic ${Buffer.from(`pusher:${password}`).toString('base64')}`
  const statusThere = async (tag: string) =>
    (await fetch(`http://127.0.0.1:${portThere}/v2/team/image/manifests/${tag}`, { headers: { authorization } })).status

  beforeAll(async () => {
    login = join(await temporaryFolder(), 'docker')
    port = await freePort()
    portThere = await freePort()
    project = await dockerProject(base, { variables: { standby_password: password } })
    await project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host: {uri: '${engineUri()}', port: ${port}}
domain: registry.lan
certificate: {by: self-signed}
standby: {target: 'http://${there}:5000', user: pusher, interval: 1s, delete: true}
collection: {run: job}
`,
    )
  })

  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', there, app, standby, `${app}-secrets`, `${standby}-secrets`, `${app}-collector`])
    const filter = ['--filter', `label=bucket-registry.environment=${name}`]
    for (const kind of ['volume', 'network']) {
      const left = await docker([kind, 'ls', '--quiet', ...filter])
      if (left) await docker([kind, 'rm', ...left.split('\n')])
    }
    await docker(['rmi', '--force', pushed('1'), pushed('2'), base])
  })

  it('starts both, though the other side is not there yet', async () => {
    await project.deploy(data, app)

    await docker(['--config', login, 'login', `localhost:${port}`, '--username', 'docker', '--password', await firstPassword()])
    expect(await docker(['inspect', '--format', '{{.State.Running}}', standby])).toBe('true')
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('brings to the other side what is pushed here, and deletes there what is deleted here', async () => {
    const image = await docker(['inspect', '--format', '{{.Image}}', app])
    const user = [
      '--env',
      'REGISTRY_STORAGE_DELETE_ENABLED=true',
      '--env',
      'REGISTRY_AUTH_HTPASSWD_USERNAME=pusher',
      '--env',
      `REGISTRY_AUTH_HTPASSWD_PASSWORD=${password}`,
    ]
    await docker(['run', '--detach', '--name', there, '--network', app, '--publish', `127.0.0.1:${portThere}:5000`, ...user, image])
    await importSmallImage(pushed('1'))
    await docker(['tag', pushed('1'), pushed('2')])
    for (const tag of ['1', '2']) await docker(['--config', login, 'push', pushed(tag)])
    // It waits ever longer for a side that is away.
    await docker(['restart', standby])
    for (const tag of ['1', '2']) await expect.poll(() => statusThere(tag).catch(String), { timeout: 60_000 }).toBe(200)

    const first = Buffer.from(`docker:${await firstPassword()}`).toString('base64')
    const remove = `fetch('https://registry.lan:5000/v2/team/image/manifests/1', { method: 'DELETE', headers: { authorization: 'Basic ${first}' } }).then(a => console.log(a.status))`
    expect(await docker(['exec', '--env', 'NODE_TLS_REJECT_UNAUTHORIZED=0', there, 'node', '--eval', remove])).toContain('202')
    await expect.poll(() => statusThere('1'), { timeout: 60_000 }).toBe(404)
    expect(await statusThere('2')).toBe(200)
  })

  it('tells how far behind it is in its own network alone', async () => {
    const ask = `fetch('http://${standby}:9464/metrics').then(a => a.text()).then(console.log)`

    expect(await docker(['exec', there, 'node', '--eval', ask])).toContain('standby_passes_total{result="in_step"}')
    expect(await docker(['port', standby])).toBe('')
  })

  it('is confined, and shows no password to who asks the engine', async () => {
    const shown = await docker(['inspect', standby, `${standby}-secrets`])
    const format =
      '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}}'

    expect(shown).not.toContain(password)
    expect(await docker(['inspect', '--format', format, standby])).toBe(`65532:65532 true [ALL] [no-new-privileges] ${256 * 1024 * 1024}`)
  })

  it('goes when the file has no such section any more', async () => {
    await project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host: {uri: '${engineUri()}', port: ${port}}
domain: registry.lan
certificate: {by: self-signed}
`,
    )
    await docker(['rm', '--force', '--volumes', there])
    await project.deploy(data, app)

    expect(
      await docker([
        'ps',
        '--all',
        '--format',
        '{{.Names}}',
        '--filter',
        `label=bucket-registry.environment=${name}`,
        '--filter',
        'name=standby',
      ]),
    ).toBe('')
    await project.destroy(app, data)
  })
})

const inSwarm = environmentNames()

suite('cdktf deploys a service with a standby to a real Docker Swarm', [dockerEngine, ...providers.slice(0, 2)], () => {
  let project: KitProject
  const there = `there-${inSwarm.name}`
  const { app: service, data } = inSwarm
  const stacks = [data, service]

  beforeAll(async () => {
    await beSwarm()
    project = await dockerProject(inSwarm.base, {
      variables: { standby_password: password },
      scripts: [join(import.meta.dirname, 'client/push.mjs')],
    })
    await project.write(
      inSwarm.name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host:
  uri: '${engineUri()}'
  swarm: {replicas: 1, endpoint: dnsrr}
certificate: {by: none}
auth: {by: password, user: builder}
standby: {target: 'http://${there}:5000', user: pusher, interval: 1s}
`,
    )
  })

  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', there])
    await docker(['rmi', '--force', inSwarm.base])
  })

  it('starts both', async () => {
    await project.deploy(...stacks)

    expect(await docker(['service', 'ls', '--format', '{{.Name}} {{.Replicas}}', '--filter', `name=${service}-standby`])).toBe(
      `${service}-standby 1/1`,
    )
    expect(await project.planNothing(service)).toContain('No changes.')
  })

  it('brings to the other side what is pushed here', async () => {
    const first = await project.run(`terraform -chdir=cdktf.out/stacks/${data} output -raw password`)
    const image = await docker(['service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}', service])
    const user = ['--env', 'REGISTRY_AUTH_HTPASSWD_USERNAME=pusher', '--env', `REGISTRY_AUTH_HTPASSWD_PASSWORD=${password}`]
    await docker(['run', '--detach', '--name', there, '--network', service, ...user, image])
    const client = ['run', '--rm', '--network', service, '--env', `REGISTRY=${service}:5000`, '--env', `PASSWORD=${first}`]
    await docker([...client, inSwarm.base, 'node', '/push.mjs'])
    const basic = Buffer.from(`pusher:${password}`).toString('base64')
    const ask = `fetch('http://localhost:5000/v2/team/image/manifests/latest', { headers: { authorization: 'Basic ${basic}' } }).then(a => console.log(a.status))`
    // It waits ever longer for a side that is away.
    await docker(['service', 'update', '--force', `${service}-standby`])

    await expect.poll(() => docker(['exec', there, 'node', '--eval', ask]), { timeout: 120_000 }).toBe('200')
    expect(await docker(['service', 'inspect', `${service}-standby`])).not.toContain(password)
  })

  it('goes with the registry', async () => {
    await docker(['rm', '--force', '--volumes', there])
    await project.destroy(...stacks.toReversed())

    expect(await docker(['service', 'ls', '--quiet', '--filter', `name=${service}`])).toBe('')
  })
})
