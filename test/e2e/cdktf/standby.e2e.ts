import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { importNodeImage } from '../support/node-image.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { KitProject } from './kit-project.ts'

const providers = [
  await terraformProvider('kreuzwerker/docker', '3.6.2'),
  await terraformProvider('hashicorp/random', '3.7.2'),
  await terraformProvider('hashicorp/tls', '4.1.0'),
]

const name = `e2e-${randomBytes(4).toString('hex')}`
const app = `registry-${name}`
const data = `registry-${name}-data`
const standby = `${app}-standby`
const there = `there-${name}`
const base = `bucket-registry-${name}/node:24`
const password = randomBytes(16).toString('hex')

suite('cdktf deploys a registry with a standby', [dockerEngine, ...providers], () => {
  let project: KitProject
  let port: number
  let portThere: number
  /** Where docker's command line keeps who is signed in. */
  let login: string
  const pushed = (tag: string) => `localhost:${port}/team/image:${tag}`
  const authorization = `Basic ${Buffer.from(`pusher:${password}`).toString('base64')}`
  const statusThere = async (tag: string) =>
    (await fetch(`http://127.0.0.1:${portThere}/v2/team/image/manifests/${tag}`, { headers: { authorization } })).status

  beforeAll(async () => {
    const folder = await temporaryFolder()
    const node = join(folder, 'node')
    const home = join(folder, 'project')
    login = join(folder, 'docker')
    await mkdir(node)
    await mkdir(home)
    await importNodeImage(base, { node: await node24(), folder: node })
    port = await freePort()
    portThere = await freePort()
    project = new KitProject(home, { node_image: base, standby_password: password })
    await project.begin()
    await project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host: {uri: '${inject('dockerHost') || 'unix:///var/run/docker.sock'}', port: ${port}}
domain: registry.lan
certificate: {by: self-signed}
standby: {target: 'http://${there}:5000', user: pusher, interval: 1s, delete: true}
`,
    )
  })

  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', there, app, standby, `${app}-secrets`, `${standby}-secrets`])
    const filter = ['--filter', `label=bucket-registry.environment=${name}`]
    for (const kind of ['volume', 'network']) {
      const left = await docker([kind, 'ls', '--quiet', ...filter])
      if (left) await docker([kind, 'rm', ...left.split('\n')])
    }
    await docker(['rmi', '--force', pushed('1'), pushed('2'), base])
  })

  it('starts both, though the other side is not there yet', async () => {
    const outputs = await project.deploy(data, app)

    await docker([
      '--config',
      login,
      'login',
      `localhost:${port}`,
      '--username',
      'docker',
      '--password',
      await project.run(String(outputs[app]?.password_command)),
    ])
    expect(await docker(['inspect', '--format', '{{.State.Running}}', standby])).toBe('true')
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('brings to the other side what is pushed here, and deletes there what is deleted here', async () => {
    const image = await docker(['inspect', '--format', '{{.Image}}', app])
    const user = ['--env', 'REGISTRY_AUTH_HTPASSWD_USERNAME=pusher', '--env', `REGISTRY_AUTH_HTPASSWD_PASSWORD=${password}`]
    await docker(['run', '--detach', '--name', there, '--network', app, '--publish', `127.0.0.1:${portThere}:5000`, ...user, image])
    await importSmallImage(pushed('1'))
    await docker(['tag', pushed('1'), pushed('2')])
    for (const tag of ['1', '2']) await docker(['--config', login, 'push', pushed(tag)])
    // It waits ever longer for a side that is away.
    await docker(['restart', standby])
    await expect.poll(() => statusThere('2').catch(String), { timeout: 60_000 }).toBe(200)
    expect(await statusThere('1')).toBe(200)
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
host: {uri: '${inject('dockerHost') || 'unix:///var/run/docker.sock'}', port: ${port}}
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
