import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

/** Not `local`: somebody may have that deployed on this machine. */
const { name, app, data, base } = environmentNames()

suite('cdktf deploys to a real Docker engine', [dockerEngine, provider], () => {
  let project: KitProject
  let port: number
  /** The id of what was pushed. */
  let image: string
  const pushed = () => `localhost:${port}/team/image:1`

  const write = ({ onDestroy = 'retain', level = 'info' } = {}) =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: ${onDestroy}}
host: {uri: '${engineUri()}', port: ${port}}
labels: {purpose: test}
registry: {log: {level: ${level}}}
`,
    )

  /** What the engine has of this environment. */
  async function remains() {
    const filter = ['--filter', `label=bucket-registry.environment=${name}`]
    const [containers, volumes, images] = await Promise.all([
      docker(['ps', '--all', '--format', '{{.Names}}', ...filter]),
      docker(['volume', 'ls', '--format', '{{.Name}}', ...filter]),
      docker(['images', '--format', '{{.Repository}}', `bucket-registry-${name}`]),
    ])
    return { containers, volumes, images }
  }

  async function expectPull() {
    await docker(['rmi', pushed()])
    await docker(['pull', pushed()])
    expect(await docker(['inspect', '--format', '{{.Id}}', pushed()])).toBe(image)
  }

  beforeAll(async () => {
    port = await freePort()
    project = await dockerProject(base)
    await write()
  })

  afterAll(async () => {
    // Whatever a failed test left behind; there is nothing of it otherwise.
    await docker(['rm', '--force', app])
    await docker(['volume', 'rm', '--force', app])
    await docker(['rmi', '--force', pushed(), base])
  })

  it('starts no registry without its data stack, and says which one comes first', async () => {
    await expect(project.terraform(app, 'plan')).rejects.toThrow(new RegExp(`deploy\\s+${data}\\s+first`))
  })

  it('builds the image, starts the registry, and prints its URL', async () => {
    const outputs = await project.deploy(data, app)

    expect(outputs).toMatchObject({
      [app]: { url: `http://localhost:${port}` },
      [data]: { volume: app, kept: expect.stringContaining(app) },
    })
    const answer = await fetch(`${outputs[app]?.url}/v2/`)
    expect(answer.status).toBe(200)
    expect(await docker(['inspect', '--format', '{{.State.Health.Status}}', app])).toBe('healthy')
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('takes a docker push, and gives it back', async () => {
    image = await importSmallImage(pushed())
    await docker(['push', pushed()])
    await expectPull()
  })

  it('runs it as a user without rights, on a root that cannot be written', async () => {
    const format = '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}'
    expect(await docker(['inspect', '--format', format, app])).toBe('65532:65532 true [ALL] [no-new-privileges]')
  })

  it('follows a change in the file, and keeps the images', async () => {
    await write({ level: 'debug' })
    await project.deploy(data, app)

    expect(await docker(['inspect', '--format', '{{.Config.Env}}', app])).toContain('"level":"debug"')
    await expectPull()
  })

  it('leaves the volume alone when the app is destroyed', async () => {
    await project.destroy(app)

    expect(await remains()).toEqual({ containers: '', volumes: app, images: '' })
  })

  it('has the images again when it is deployed again', async () => {
    await project.deploy(data, app)

    await expectPull()
  })

  it('refuses to destroy the images while the file says retain', async () => {
    await expect(project.destroy(app, data)).rejects.toThrow('prevent_destroy')

    expect(await remains()).toMatchObject({ volumes: app })
  })

  it('leaves nothing when the file says delete', async () => {
    await write({ onDestroy: 'delete' })
    await project.destroy(app, data)

    expect(await remains()).toEqual({ containers: '', volumes: '', images: '' })
  })
})
