import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { installProgram } from '../support/install-program.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { tool } from '../support/tool.ts'
import type { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

const provider = await terraformProvider('kreuzwerker/docker', '3.6.2')
const dockerGen = await tool('docker-gen')
const nginx = await tool('nginx')
const shell = await tool('sh')
const { NGINX_PROXY_TEMPLATE: written = '' } = process.env
const template = written ? {} : { missing: 'NGINX_PROXY_TEMPLATE does not name the nginx.tmpl of nginx-proxy' }

const { name, app, data, base } = environmentNames()
const proxyImage = `bucket-registry-${name}/nginx-proxy`
const domain = 'registry.example.com'

/** The ingredients of nginx-proxy's own image, as far as it matters here: no image can be pulled everywhere. */
async function importProxyImage(folder: string): Promise<void> {
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  for (const { path } of [nginx, dockerGen, shell]) await installProgram(path, folder)
  for (const each of ['var/log/nginx', 'var/lib/nginx', 'run', 'tmp', 'etc/nginx/conf.d', 'etc/nginx/certs']) {
    await mkdir(join(folder, each), { recursive: true })
  }
  await put('app/nginx.tmpl', await readFile(written, 'utf8'))
  await put('etc/passwd', 'root:x:0:0:root:/:/bin/sh\n')
  await put('etc/group', 'root:x:0:\n')
  await put('etc/nginx/nginx.conf', 'user root root; events {} http { default_type text/plain; include /etc/nginx/conf.d/*.conf; }')
  // As docs/environments.md says.
  await put(`etc/nginx/vhost.d/${domain}`, 'client_max_body_size 0;\n')
  const [key, certificate] = ['key', 'crt'].map(ending => join(folder, `etc/nginx/certs/${domain}.${ending}`)) as [string, string]
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-subj', `/CN=${domain}`])
  await run('tar', ['-C', folder, '-cf', `${folder}.tar`, '.'])
  await docker(['import', `${folder}.tar`, proxyImage])
}

suite('cdktf deploys behind a real nginx-proxy', [dockerEngine, provider, dockerGen, nginx, shell, template], () => {
  let project: KitProject
  let port: number
  const network = `bucket-registry-${name}`
  const socket = () => engineUri().replace('unix://', '')
  const curl = (...args: string[]) =>
    run('curl', ['--silent', '--show-error', '--insecure', '--connect-to', `${domain}:443:127.0.0.1:${port}`, ...args])

  const told = (what: string, ...args: string[]) => curl('--output', '/dev/null', '--write-out', `%${what}`, ...args)

  beforeAll(async () => {
    await importProxyImage(join(await temporaryFolder(), 'proxy'))
    await docker(['network', 'create', network])
    port = await freePort()
    project = await dockerProject(base)
    await project.write(
      name,
      `engine: cdktf
domain: ${domain}
storage: {driver: filesystem, onDestroy: delete}
host: {uri: 'unix://${socket()}'}
certificate: {by: proxy, proxy: nginx-proxy, network: ${network}}
auth: {by: none}
`,
    )
    await project.deploy(data, app)
    const command = `'${dockerGen.path}' /app/nginx.tmpl /etc/nginx/conf.d/default.conf && exec '${nginx.path}' -g 'daemon off;'`
    const published = ['--publish', `127.0.0.1:${port}:443`, '--volume', `${socket()}:/tmp/docker.sock:ro`]
    const env = ['--env', 'DOCKER_HOST=unix:///tmp/docker.sock']
    const there = ['--name', `${network}-proxy`, '--network', network, ...published, ...env]
    await docker(['run', '--detach', ...there, proxyImage, shell.path, '-c', command])
  })

  afterAll(async () => {
    await docker(['rm', '--force', `${network}-proxy`])
    await project.destroy(app, data)
    await docker(['network', 'rm', network])
  })

  it('is found by it, and takes and gives a blob of more than a megabyte at its own name', async () => {
    await expect.poll(() => told('{http_code}', `https://${domain}/v2/`), { timeout: 20_000 }).toBe('200')
    const content = randomBytes(20_000_000)
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
    const file = join(await temporaryFolder(), 'blob')
    await writeFile(file, content)
    const location = await told('header{location}', '--request', 'POST', `https://${domain}/v2/a/blobs/uploads/`)
    expect(location).toMatch(`https://${domain}/v2/a/blobs/uploads/`)
    const put = ['--upload-file', file, '--header', 'content-type: application/octet-stream']
    expect(await told('{http_code}', ...put, `${location}&digest=${digest}`)).toBe('201')
    expect(await curl('--output', `${file}.back`, '--write-out', '%{http_code}', `https://${domain}/v2/a/blobs/${digest}`)).toBe('200')
    await run('cmp', [file, `${file}.back`])
  })
})
