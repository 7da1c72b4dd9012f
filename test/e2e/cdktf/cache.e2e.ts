import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const providers = [await terraformProvider('kreuzwerker/docker', '3.6.2'), await terraformProvider('hashicorp/random', '3.7.2')]

const { name, app, data, base } = environmentNames('cache')
const upstream = `upstream-${name}`
const password = randomBytes(16).toString('hex')

suite('cdktf deploys a registry that caches another one', [dockerEngine, ...providers], () => {
  let project: KitProject
  let port: number
  let portThere: number
  /** Where containers reach what is published on it. */
  let gateway: string
  /** Where docker's command line keeps who is signed in. */
  let login: string
  const signedIn = (...args: string[]) => docker(['--config', login, ...args])
  const cached = () => `localhost:${port}/other/team/image:1`
  const pushed = () => `localhost:${portThere}/team/image:1`

  beforeAll(async () => {
    login = join(await temporaryFolder(), 'docker')
    port = await freePort()
    portThere = await freePort()
    gateway = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    project = await dockerProject(base, { variables: { cache_password_other: password } })
    await project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host: {uri: '${engineUri()}', port: ${port}}
certificate: {by: none}
auth: {by: password, user: builder}
cache: [{prefix: other, url: 'http://${gateway}:${portThere}', user: reader}]
`,
    )
  })

  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', upstream, app, `${app}-secrets`])
    const volumes = await docker(['volume', 'ls', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])
    if (volumes) await docker(['volume', 'rm', ...volumes.split('\n')])
    await docker(['rmi', '--force', cached(), pushed(), base])
  })

  it('starts, though the other one is not there yet', async () => {
    await project.deploy(data, app)

    const first = await project.run(`terraform -chdir=cdktf.out/stacks/${data} output -raw password`)
    await signedIn('login', `localhost:${port}`, '--username', 'builder', '--password', first)
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('fetches from there, as the user whom the file names, what is pulled here', async () => {
    const image = await docker(['inspect', '--format', '{{.Image}}', app])
    const user = ['--env', 'REGISTRY_AUTH_HTPASSWD_USERNAME=reader', '--env', `REGISTRY_AUTH_HTPASSWD_PASSWORD=${password}`]
    const published = ['127.0.0.1', gateway].flatMap(address => ['--publish', `${address}:${portThere}:5000`])
    await docker(['run', '--detach', '--name', upstream, ...published, ...user, image])
    const id = await importSmallImage(pushed())
    await expect.poll(() => fetch(`http://localhost:${portThere}/v2/`).then(({ status }) => status, String), { timeout: 30_000 }).toBe(401)
    await signedIn('login', `localhost:${portThere}`, '--username', 'reader', '--password', password)
    await signedIn('push', pushed())
    await docker(['rmi', pushed()])

    await signedIn('pull', cached())

    expect(await docker(['inspect', '--format', '{{.Id}}', cached()])).toBe(id)
  })

  it('has it when the other one is gone', async () => {
    const id = await docker(['inspect', '--format', '{{.Id}}', cached()])
    await docker(['rmi', cached()])
    await docker(['rm', '--force', '--volumes', upstream])

    await signedIn('pull', cached())

    expect(await docker(['inspect', '--format', '{{.Id}}', cached()])).toBe(id)
  })

  it('shows its password there to nobody who asks the engine', async () => {
    expect(await docker(['inspect', app, `${app}-secrets`])).not.toContain(password)
  })

  it('leaves nothing when it is destroyed', async () => {
    await project.destroy(app, data)

    expect(await docker(['ps', '--all', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])).toBe('')
  })
})
