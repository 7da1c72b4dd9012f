import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { certificate, privateKey } from '../../registry-app/s3/support/certificate.ts'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from '../../support/start-process.ts'
import { writeLayers } from '../clients/layers.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { root } from '../support/paths.ts'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'

const nginx = await tool('nginx')
const binary = await tool('crane')
const read = (name: string) => readFile(join(root, 'examples/nginx', name), 'utf8')

/** The example's two files as processes, on ports that are free; certbot and the containers are not run. */
suite('examples/nginx', [nginx, binary], () => {
  let folder: string
  let host: string
  let port: number
  let args: string[]
  const crane = (...given: string[]) =>
    run(binary.path, given, { env: { ...process.env, SSL_CERT_FILE: join(folder, 'fullchain.pem'), DOCKER_CONFIG: folder } })

  beforeAll(async () => {
    folder = await temporaryFolder()
    // As docker-compose.yml gives them.
    process.env.REGISTRY_AUTH_HTPASSWD_USERNAME = 'docker'
    process.env.REGISTRY_AUTH_HTPASSWD_PASSWORD = 'a long password'
    const text = (await read('config.yml')).replace('/var/lib/registry', join(folder, 'data')).replace('formatter: json', 'formatter: text')
    const registry = await startServer({ folder, text })
    atTheEnd(() => registry.stop())

    port = await freePort()
    host = `localhost:${port}`
    const plain = await freePort()
    await writeFile(join(folder, 'fullchain.pem'), certificate)
    await writeFile(join(folder, 'privkey.pem'), privateKey)
    await mkdir(join(folder, 'logs'))
    const conf = (await read('nginx.conf'))
      .replace('registry:5000', registry.host)
      .replace('listen 80', `listen 127.0.0.1:${plain}`)
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replaceAll('/etc/letsencrypt/live/registry.example.com', folder)
    await writeFile(join(folder, 'nginx.conf'), conf)
    args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`]
    const answers = () =>
      new Promise<boolean>(resolve => {
        const asked = request({ host: '127.0.0.1', port, path: '/healthz', rejectUnauthorized: false }, answer => {
          answer.resume()
          resolve(answer.statusCode === 200)
        })
        asked.once('error', () => resolve(false)).end()
      })
    const server = await startProcess({ file: nginx.path, args, env: {}, ready: answers })
    atTheEnd(() => server.stop())
    await crane('auth', 'login', host, '--username', 'docker', '--password', 'a long password')
  })

  it('is a configuration that nginx accepts without a warning', async () => {
    await run('/bin/sh', [
      '-c',
      `'${nginx.path}' -t -c '${folder}/nginx.conf' -g 'pid ${folder}/t.pid; error_log ${folder}/t.log;' 2>'${folder}/t.out'`,
    ])
    expect(await readFile(join(folder, 't.out'), 'utf8')).not.toMatch(/\[(warn|emerg|error)\]/)
  })

  it('lets an image through in both directions, layers beyond what nginx would buffer among it', async () => {
    const image = `${host}/team/app`
    const layers = await writeLayers(join(folder, 'layers'), [60_000_000, 1000])
    await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', `${image}:v1`)
    await crane('validate', '--remote', `${image}:v1`)
    expect(await readFile(join(folder, 'error.log'), 'utf8')).not.toContain('buffered to a temporary file')
  })

  it('lets nobody in without the password', async () => {
    await expect(
      run(binary.path, ['catalog', host], {
        env: { ...process.env, SSL_CERT_FILE: join(folder, 'fullchain.pem'), DOCKER_CONFIG: '/nonexistent' },
      }),
    ).rejects.toThrow(/UNAUTHORIZED|401/)
  })
})
