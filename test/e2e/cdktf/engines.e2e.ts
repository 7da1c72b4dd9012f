import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { makeAuthority, openssl } from '../tls/support/certificates.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'
import { type SshServer, sshd, sshServer } from './support/ssh-server.ts'
import { tlsEngine } from './support/tls-engine.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')

const { name, app, data, base } = environmentNames()

suite('cdktf deploys to an engine elsewhere, by TLS and by ssh', [dockerEngine, provider, openssl, sshd], () => {
  let project: KitProject
  let port: number
  let byTls: string
  let ssh: SshServer

  const write = (host: string, level = 'info') =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
host: {${host}, port: ${port}}
registry: {log: {level: ${level}}}
`,
    )
  const bySsh = () => `uri: '${ssh.uri}', sshOptions: ${JSON.stringify(ssh.options)}`

  beforeAll(async () => {
    const [keys, client] = [await temporaryFolder(), await temporaryFolder()]
    port = await freePort()
    const socket = engineUri()
    const authority = await makeAuthority(keys)
    const { cert, key } = await authority.sign('client')
    for (const [from, to] of [
      [authority.file, 'ca.pem'],
      [cert, 'cert.pem'],
      [key, 'key.pem'],
    ] as const)
      await copyFile(from, join(client, to))
    byTls = `uri: 'tcp://127.0.0.1:${await tlsEngine(new URL(socket).pathname, authority)}', tlsFolder: '${client}'`
    ssh = await sshServer(keys, { DOCKER_HOST: socket })
    project = await dockerProject(base)
  })

  afterAll(async () => {
    await docker(['rm', '--force', app])
    await docker(['volume', 'rm', '--force', app])
    await docker(['rmi', '--force', base])
  })

  const status = async () => (await fetch(`http://localhost:${port}/v2/`)).status

  it('by TLS, with the files that DOCKER_CERT_PATH would name', async () => {
    await write(byTls)
    await project.deploy(data, app)

    expect(await status()).toBe(200)
  })

  it('finds by ssh what it deployed by TLS', async () => {
    await write(bySsh())

    // A tunnel is to be printed, which nobody needs by TLS.
    expect(await project.terraform(app, 'plan')).toContain('without changing any real infrastructure')
  })

  it('by ssh, with its own key, and says how the port is reached from here', async () => {
    const before = await docker(['inspect', '--format', '{{.Id}}', app])
    await write(bySsh(), 'debug')
    const outputs = await project.deploy(data, app)

    expect(await docker(['inspect', '--format', '{{.Id}}', app])).not.toBe(before)
    expect(await status()).toBe(200)
    expect(outputs[app]?.tunnel).toBe(
      `ssh -N -L ${port}:localhost:${port} -p ${new URL(ssh.uri).port} ${new URL(ssh.uri).username}@127.0.0.1`,
    )
  })

  it('leaves nothing there', async () => {
    await project.destroy(app, data)

    for (const kind of [
      ['ps', '--all'],
      ['volume', 'ls'],
    ]) {
      expect(await docker([...kind, '--quiet', '--filter', `label=bucket-registry.environment=${name}`])).toBe('')
    }
    expect(await docker(['images', '--quiet', `bucket-registry-${name}`])).toBe('')
  })
})
