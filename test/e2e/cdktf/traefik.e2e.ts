import { randomInt } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { installProgram } from '../support/install-program.ts'
import { run } from '../support/run.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { tool } from '../support/tool.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')
const traefik = await tool('traefik')

const { name, app, data, base } = environmentNames()
const network = `bucket-registry-${name}`
const proxyImage = `${network}/traefik`
/** An engine looks names up by itself, and takes any certificate on this machine alone: so the name is one of this machine's addresses, with a port of its own. */
const domain = ['127', ...Array.from({ length: 3 }, () => randomInt(2, 254))].join('.')
const pushed = `${domain}/team/image:1`

/** As https://doc.traefik.io/traefik/getting-started/docker/ has it; no authority answers, so it shows a certificate of its own. */
const configuration = [
  ...['--providers.docker=true', '--providers.docker.exposedbydefault=false'],
  '--entrypoints.websecure.address=:443',
  '--certificatesresolvers.letsencrypt.acme.tlschallenge=true',
  '--certificatesresolvers.letsencrypt.acme.caserver=https://127.0.0.1:9/directory',
  '--certificatesresolvers.letsencrypt.acme.storage=/acme.json',
]

suite('cdktf deploys behind a real Traefik', [dockerEngine, provider, traefik], () => {
  let project: KitProject
  const socket = () => engineUri().replace('unix://', '')
  const status = (path: string) =>
    run('curl', ['--silent', '--insecure', '--output', '/dev/null', '--write-out', '%{http_code}', `https://${domain}${path}`]).catch(
      String,
    )

  async function importProxyImage(): Promise<void> {
    const folder = join(await temporaryFolder(), 'proxy')
    await mkdir(join(folder, 'tmp'), { recursive: true })
    await installProgram(traefik.path, folder, 'traefik')
    await run('tar', ['-C', folder, '-cf', `${folder}.tar`, '.'])
    await docker(['import', `${folder}.tar`, proxyImage])
  }

  beforeAll(async () => {
    await importProxyImage()
    await docker(['network', 'create', network])
    const published = ['--publish', `${domain}:443:443`, '--volume', `${socket()}:/var/run/docker.sock:ro`]
    const there = ['--name', `${network}-proxy`, '--network', network, ...published]
    await docker(['run', '--detach', ...there, proxyImage, '/traefik', ...configuration])
    project = await dockerProject(base)
    await project.write(
      name,
      `engine: cdktf
domain: '${domain}'
storage: {driver: filesystem, onDestroy: delete}
host: {uri: '${engineUri()}'}
certificate: {by: proxy, proxy: traefik, network: ${network}}
auth: {by: none}
`,
    )
    await project.deploy(data, app)
  })

  afterAll(async () => {
    await docker(['rm', '--force', `${network}-proxy`])
    await project.destroy(app, data)
    await docker(['network', 'rm', network])
    await docker(['rmi', '--force', pushed, proxyImage, base])
  })

  it('is found by its labels, and answers at its name by HTTPS', async () => {
    await expect.poll(() => status('/v2/'), { timeout: 60_000 }).toBe('200')
  })

  it('takes and gives an image with a layer of 20 MB', async () => {
    const image = await importSmallImage(pushed, 20_000_000)
    await docker(['push', pushed])
    await docker(['rmi', pushed])

    await docker(['pull', pushed])

    expect(await docker(['inspect', '--format', '{{.Id}}', pushed])).toBe(image)
  })
})
