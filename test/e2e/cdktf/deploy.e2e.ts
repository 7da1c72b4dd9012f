import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type EventReceiver, startEventReceiver } from '../../support/event-receiver.ts'
import { freePort } from '../../support/free-port.ts'
import { atTheEnd } from '../support/at-the-end.ts'
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
  /** Who is told of pushes, if whoever tells has the password. */
  let receiver: EventReceiver
  const password = `Bearer ${randomBytes(16).toString('hex')}`
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
registry:
  log: {level: ${level}}
  notifications: {endpoints: [{name: receiver, url: '${receiver.url}', headers: {X-Receivers-Key: [{secret: receiver}]}}]}
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
    const gateway = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    receiver = await startEventReceiver(0, gateway)
    atTheEnd(() => receiver.stop())
    project = await dockerProject(base, { variables: { secret_receiver: password } })
    await write()
  })

  afterAll(async () => {
    // Whatever a failed test left behind; there is nothing of it otherwise.
    await docker(['rm', '--force', app, `${app}-secrets`])
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

  it('tells of it with a header that the file only names, and shows its value to nobody who asks the engine', async () => {
    await expect.poll(() => receiver.events().some(({ action }) => action === 'push')).toBe(true)

    expect(receiver.headers()['x-receivers-key']).toBe(password)
    expect(await docker(['inspect', app, `${app}-secrets`])).not.toContain(password)
    expect(await docker(['logs', app])).not.toContain(password)
  })

  it('keeps users on its volume by the command that kit user tells, typed on the host', async () => {
    const said = await project.kit('user', 'list', '--environment', name).catch(String)
    const [, told = ''] = /\n +(docker run .*)\n/.exec(said) ?? []
    // Here nobody looks on.
    const typed = (words: string) =>
      project.run(`export DOCKER_HOST='${inject('dockerHost')}'; ${told.replace(' -it ', ' ').replace('…', words)}`)

    expect(await typed('add alice --generate')).toMatch(/^\S{20,}$/)
    expect(await typed('list')).toBe('alice')
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
