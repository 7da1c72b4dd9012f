import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientOf } from '../acme/support/client.ts'
import { nameServer, type Pebble, pebble as pebbleTool, startPebble } from '../acme/support/pebble.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { makeAuthority, openssl } from '../tls/support/certificates.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

const { name, app, data, base } = environmentNames()
const host = 'registry.test'

suite('cdktf deploys a registry that orders its certificate itself', [dockerEngine, openssl, pebbleTool, nameServer, provider], () => {
  let project: KitProject
  let pebble: Pebble
  let root: string

  /** Of the certificate that whoever trusts the authority's root is shown. */
  async function serial(): Promise<string> {
    const client = clientOf(pebble.tlsPort, root)
    try {
      const { status, serial } = await client.ask(host)
      expect(status).toBe(200)
      return serial
    } finally {
      client.close()
    }
  }

  beforeAll(async () => {
    // Where a container finds this machine.
    const address = await docker(['network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', 'bridge'])
    const authority = await makeAuthority(await temporaryFolder())
    const { cert: certificate, key: privateKey } = await authority.sign('pebble', address)
    pebble = await startPebble({ at: { address, certificate, privateKey, authority: authority.file } })
    root = await pebble.root()
    project = await dockerProject(base)
    await project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
domain: ${host}
certificate:
  by: letsencrypt
  directoryUrl: ${pebble.directoryUrl}
  authority: ${JSON.stringify(await readFile(authority.file, 'utf8'))}
auth: {by: none}
host: {uri: '${engineUri()}', port: ${pebble.tlsPort}, redirectPort: ${pebble.httpPort}}
`,
    )
  })

  afterAll(async () => {
    await docker(['rm', '--force', app])
    await docker(['volume', 'rm', '--force', app])
    await docker(['rmi', '--force', base])
  })

  it('from the private authority that its file names, whose certificate the file has too', async () => {
    await project.deploy(data, app)

    await expect.poll(serial, { timeout: 60_000 }).toMatch(/^[0-9A-F]+$/)
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('and keeps it with the images: the next container orders none', async () => {
    const before = await serial()
    await project.terraform(app, 'apply', '-auto-approve', '-replace=docker_container.registry')

    await expect.poll(serial, { timeout: 30_000 }).toBe(before)
    expect(pebble.orders()).toBe(1)
    await project.destroy(app, data)
  })
})
