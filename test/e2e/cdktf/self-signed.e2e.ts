import { chmod, readFile } from 'node:fs/promises'
import https from 'node:https'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { makeAuthority, openssl } from '../tls/support/certificates.ts'
import type { KitProject } from './kit-project.ts'
import { certbotFolder, certificateGroup } from './support/certbot-folder.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const providers = [
  await terraformProvider('kreuzwerker/docker', '3.6.2'),
  await terraformProvider('hashicorp/random', '3.7.2'),
  await terraformProvider('hashicorp/tls', '4.1.0'),
]

const { name, app, data, base } = environmentNames()
const pulled = `${app}-pulled`

suite('cdktf deploys a registry with a first user and an authority of its own', [dockerEngine, openssl, ...providers], () => {
  let project: KitProject
  let port: number
  /** The id of what was pushed. */
  let image: string
  let password: string
  let authority: string
  /** Where docker's command line keeps who is signed in. */
  let login: string
  const pushed = () => `localhost:${port}/team/image:1`
  const signedIn = (...args: string[]) => docker(['--config', login, ...args])

  const write = (onDestroy: 'retain' | 'delete') =>
    project.write(
      name,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: ${onDestroy}}
host: {uri: '${engineUri()}', port: ${port}}
domain: localhost
certificate: {by: self-signed}
`,
    )

  /** What somebody is told who trusts an authority and nobody else, and by which certificate. */
  const ask = ({ at = port, ca = authority, authorization = '' } = {}) =>
    new Promise<{ status: number | undefined; certificate: string }>((resolve, reject) => {
      const headers = authorization === '' ? {} : { authorization }
      https
        .get(`https://localhost:${at}/v2/`, { ca, agent: false, headers }, answer => {
          answer.resume()
          const { fingerprint256 = '' } = (answer.socket as TLSSocket).getPeerCertificate()
          resolve({ status: answer.statusCode, certificate: fingerprint256 })
        })
        .on('error', reject)
    })
  async function expectPull() {
    await docker(['rmi', pushed()])
    await signedIn('pull', pushed())
    expect(await docker(['inspect', '--format', '{{.Id}}', pushed()])).toBe(image)
  }
  const basic = () => `Basic ${Buffer.from(`docker:${password}`).toString('base64')}`
  const output = (of: string) => project.run(`terraform -chdir=cdktf.out/stacks/${data} output -raw ${of}`)

  beforeAll(async () => {
    login = join(await temporaryFolder(), 'docker')
    port = await freePort()
    project = await dockerProject(base)
    await write('retain')
  })

  afterAll(async () => {
    await docker(['rm', '--force', app, `${app}-secrets`, pulled])
    await docker(['volume', 'rm', '--force', pulled])
    const volumes = await docker(['volume', 'ls', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])
    if (volumes) await docker(['volume', 'rm', '--force', ...volumes.split('\n')])
    await docker(['rmi', '--force', pushed(), base])
  })

  it('says where it is, how to sign in and how to trust it', async () => {
    const outputs = await project.deploy(data, app)

    expect(outputs[app]).toMatchObject({
      url: `https://localhost:${port}`,
      login_command: `docker login localhost:${port} --username docker`,
      certificate_renewal: expect.stringMatching(/ends at 20\d\d-/),
      trust_command: expect.stringContaining(`/etc/docker/certs.d/localhost:${port}/ca.crt`),
    })
    password = await project.run(String(outputs[app]?.password_command))
    authority = await output('certificate_authority')
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
    expect(await project.planNothing(app)).toContain('No changes.')
  })

  it('is trusted by whoever trusts the authority, and serves whoever has the password', async () => {
    expect(await ask()).toMatchObject({ status: 401 })
    expect(await ask({ authorization: basic() })).toMatchObject({ status: 200 })
  })

  it('takes an image from who signed in', async () => {
    await signedIn('login', `localhost:${port}`, '--username', 'docker', '--password', password)
    image = await importSmallImage(pushed())
    await signedIn('push', pushed())
    await expectPull()
  })

  it('is where another registry takes its image from, with name and password; its certificate is files on the host', async () => {
    const kit = `localhost:${port}/kit/registry:1`
    await docker(['tag', await docker(['inspect', '--format', '{{.Image}}', app]), kit])
    await signedIn('push', kit)
    await docker(['rmi', kit])
    const at = await freePort()
    const hosts = await makeAuthority(await temporaryFolder())
    const folder = await temporaryFolder()
    const renew = await certbotFolder(folder, 'localhost', hosts)
    await chmod(folder, 0o755)
    await project.write(
      `${name}-pulled`,
      `engine: cdktf
storage: {driver: filesystem, onDestroy: delete}
image: {reference: '${kit}', username: docker}
domain: localhost
certificate: {by: files, folder: '${folder}', group: ${certificateGroup}}
auth: {by: none}
host: {uri: '${engineUri()}', port: ${at}}
`,
    )
    const stacks = [`${pulled}-data`, pulled]
    const invited = project.with({ image_password: password })
    await invited.deploy(`${pulled}-data`)
    await expect(project.with({ image_password: 'wrong' }).terraform(pulled, 'apply', '-auto-approve')).rejects.toThrow(/unauthorized/i)
    const outputs = await invited.deploy(...stacks)

    expect(outputs[pulled]?.url).toBe(`https://localhost:${at}`)
    const ca = await readFile(hosts.file, 'utf8')
    const { status, certificate } = await ask({ at, ca })
    expect(status).toBe(200)
    await renew()
    await expect.poll(async () => (await ask({ at, ca })).certificate, { timeout: 20_000 }).not.toBe(certificate)
    await invited.destroy(...stacks)
    // Others may run from it: what was pulled stays.
    await docker(['rmi', kit])
  })

  it('shows key and password to nobody who asks the engine', async () => {
    const shown = await docker(['inspect', app, `${app}-secrets`])

    expect(shown).not.toContain(password)
    expect(shown).not.toContain('PRIVATE KEY')
  })

  it('has password, authority and images again when it is destroyed and deployed again', async () => {
    await project.destroy(app)
    await project.deploy(data, app)

    expect(await ask({ authorization: basic() })).toMatchObject({ status: 200 })
    await expectPull()
  })

  it('leaves nothing when the file says so', async () => {
    await write('delete')
    await project.destroy(app, data)

    expect(await docker(['volume', 'ls', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])).toBe('')
    expect(await docker(['ps', '--all', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])).toBe('')
  })
})
