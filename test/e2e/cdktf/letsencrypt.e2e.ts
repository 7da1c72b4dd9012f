import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import { clientOf } from '../acme/support/client.ts'
import { nameServer, type Pebble, pebble as pebbleTool, startPebble } from '../acme/support/pebble.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { importNodeImage } from '../support/node-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { makeAuthority, openssl } from '../tls/support/certificates.ts'
import { KitProject } from './kit-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

const name = `e2e-${randomBytes(4).toString('hex')}`
const app = `registry-${name}`
const data = `registry-${name}-data`
const base = `bucket-registry-${name}/node:24`
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
    const folder = await temporaryFolder()
    const [node, home, authorities] = ['node', 'project', 'authority'].map(part => join(folder, part)) as [string, string, string]
    for (const part of [node, home, authorities]) await mkdir(part)
    await importNodeImage(base, { node: await node24(), folder: node })
    // Where a container finds this machine.
    const address = await docker(['network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', 'bridge'])
    const authority = await makeAuthority(authorities)
    const { cert: certificate, key: privateKey } = await authority.sign('pebble', address)
    pebble = await startPebble({ at: { address, certificate, privateKey, authority: authority.file } })
    root = await pebble.root()
    project = new KitProject(home, { node_image: base })
    await project.begin()
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
host: {uri: '${inject('dockerHost') || 'unix:///var/run/docker.sock'}', port: ${pebble.tlsPort}, redirectPort: ${pebble.httpPort}}
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
