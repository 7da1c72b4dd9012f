import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { root } from '../support/paths.ts'
import { shippedEnvironments } from '../support/shipped-environments.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { tool } from '../support/tool.ts'
import { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')
const random = await terraformProvider('hashicorp/random', '3.7.2')
const tls = await terraformProvider('hashicorp/tls', '4.1.0')
const terraform = await tool('terraform')

suite('cdktf list, without credentials', [terraform], () => {
  it('names both stacks of every shipped environment that it deploys', async () => {
    const folder = await temporaryFolder()
    const project = new KitProject(folder, {}, { HOME: folder })
    await project.begin()
    const stacks = await shippedEnvironments(folder, 'cdktf')

    const said = await project.run(`'${join(root, 'node_modules/.bin/cdktf')}' list`)

    expect(stacks).toContain('registry-local-data')
    expect([...new Set(said.match(/\bregistry-[a-z0-9-]+/g))].toSorted()).toEqual(stacks)
  })
})

const { name, app, data, base } = environmentNames()

suite('cdktf diff', [dockerEngine, provider, random, tls], () => {
  let project: KitProject
  const write = (level = 'info') =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
domain: registry.lan
certificate: {by: self-signed}
host: {uri: '${engineUri()}', port: ${port}}
registry: {log: {level: ${level}}}
`,
    )
  let port: number
  /** What it says, whether it ends well or not, without colours. */
  const diff = async (stack: string) => {
    const command = `'${join(root, 'node_modules/.bin/cdktf')}' diff --skip-provider-lock ${stack}`
    return stripVTControlCharacters(await project.run(command).catch(String))
  }

  beforeAll(async () => {
    port = await freePort()
    project = await dockerProject(base)
    await write()
  })

  afterAll(async () => {
    // Whatever a failed test left behind.
    await docker(['rm', '--force', app, `${app}-secrets`])
    await docker(['volume', 'rm', '--force', app])
    await docker(['rmi', '--force', base])
  })

  it('shows of the data stack what the first deployment will make, and of the other which stack it waits for', async () => {
    expect(await diff(data)).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/)
    expect(await diff(app)).toMatch(new RegExp(`The stack ${data} is not deployed.*Stack failed to plan`, 's'))
  })

  it('shows of the other one the same, once the data stack is there', async () => {
    await project.deploy(data)

    expect(await diff(app)).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/)
  })

  it('shows nothing right after a deployment, and then what a change in the file would change', async () => {
    await project.deploy(data, app)
    expect(await diff(app)).toContain('No changes.')

    await write('debug')
    expect(await diff(app)).toMatch(/docker_container.registry.* must be.*replaced/s)
    await project.destroy(app, data)
  })
})
