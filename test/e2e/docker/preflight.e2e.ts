import type { Resolver } from 'node:dns/promises'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, inject, it } from 'vitest'
import { preflight } from '../../../lib/preflight/command.ts'
import { freePort } from '../../support/free-port.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { startProcess } from '../../support/start-process.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { named, startBind } from '../support/bind.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'

const sshd = await tool('sshd')

/** What is said of an environment with this text, by the names of its questions. */
async function ask(text: string, variables: Record<string, string> = {}, resolver?: Resolver) {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'try.yml'), `engine: cdktf\n${text}\n`)
  let said = ''
  const code = await preflight(
    'try',
    { json: true },
    {
      out: piece => (said += piece),
      variables,
      signal: new AbortController().signal,
      folder,
      ...(resolver && {
        names: {
          resolve: name => resolver.resolve4(name),
          lookup: () => Promise.resolve([]),
          nameServers: zone => resolver.resolveNs(zone),
        },
      }),
    },
  )
  const { results } = JSON.parse(said) as { results: { name: string; verdict: string; says: string }[] }
  return { code, ...Object.fromEntries(results.map(({ name, verdict, says }) => [name, `${verdict}: ${says}`])) } as Record<string, unknown>
}

const uri = () => inject('dockerHost') || 'unix:///var/run/docker.sock'

suite('before a deployment to a real engine', [dockerEngine], () => {
  it('the engine answers at its socket, and the ports are free', async () => {
    const answers = await ask(`storage: {driver: filesystem}\nhost: {uri: '${uri()}', port: ${await freePort()}}`)

    expect(answers['Docker engine']).toMatch(/^good: version \d/)
    expect(answers.ports).toMatch(/^good: \d+ is free$/)
    expect(answers.code).toBe(0)
  })

  it('a network of a proxy is missed until it is there', async () => {
    const text = `storage: {driver: filesystem}\ndomain: registry.internal\ncertificate: {by: proxy, proxy: traefik, network: preflight}\nhost: {uri: '${uri()}'}`
    expect((await ask(text)).certificate).toContain('bad: there is no network preflight')

    await docker(['network', 'create', 'preflight'])
    expect((await ask(text)).certificate).toContain('good: the proxy has it')
    await docker(['network', 'rm', 'preflight'])
  })

  suite('and by a real ssh', [sshd], () => {
    it('the engine answers through it', async () => {
      const folder = await temporaryFolder()
      const port = await freePort()
      const file = (name: string) => join(folder, name)
      for (const key of ['host', 'user']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)])
      await mkdir('/run/sshd', { recursive: true })
      await writeFile(
        file('sshd_config'),
        `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${file('host')}\nAuthorizedKeysFile ${file('user.pub')}\nPidFile ${file('pid')}
StrictModes no\nPermitRootLogin prohibit-password\nUsePAM no\nSetEnv DOCKER_HOST=${uri()}\n`,
      )
      const options = ['-F', '/dev/null', '-i', file('user'), '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${file('known')}`]
      const me = ['-p', String(port), ...options, 'root@127.0.0.1', 'true']
      const server = await startProcess({
        file: sshd.path,
        args: ['-D', '-e', '-f', file('sshd_config')],
        env: {},
        ready: () =>
          run('ssh', me).then(
            () => true,
            () => false,
          ),
      })
      atTheEnd(() => server.stop())
      const answers = await ask(
        `storage: {driver: filesystem}\nhost: {uri: 'ssh://root@127.0.0.1:${port}', sshOptions: ${JSON.stringify(options)}, port: 5099}`,
      )

      expect(answers['Docker engine']).toMatch(/^good: version \d.* answers at ssh:/)
      expect(answers.ports).toBe('good: no container publishes 5099 there; other programs are not seen from here')
    })
  })
})

suite('before a deployment to a real bucket', [minio], () => {
  let server: S3Server
  beforeAll(async () => {
    server = await startMinio()
  })

  const text = () => `storage: {driver: s3, provider: minio, endpoint: '${server.endpoint}', region: us-east-1, bucket: not-there}`
  const keys = (secret: string) => ({ TF_VAR_s3_access_key: server.accessKeyId, TF_VAR_s3_secret_key: secret })

  it('its keys are taken, or not', async () => {
    expect((await ask(text(), keys(server.secretAccessKey))).bucket).toMatch(/^good: .* is not there yet; the deployment makes it$/)
    expect((await ask(text(), keys('wrong'.repeat(8)))).bucket).toMatch(/^bad: .*SignatureDoesNotMatch/)
  })
})

suite('before records in a real BIND', [named], () => {
  it('the zone is found, and where the name leads', async () => {
    const { resolver } = await startBind({ records: 'registry IN A 203.0.113.5\n' })
    const dns = 'certificate: {by: proxy, proxy: traefik}\ndns: {by: nifcloud, zone: example.com, addresses: [203.0.113.5]}'
    const asked = (name: string) => ask(`storage: {driver: filesystem}\ndomain: ${name}\n${dns}`, {}, resolver)

    expect(await asked('registry.example.com')).toMatchObject({
      zone: 'good: example.com is delegated to ns.example.com',
      name: 'good: registry.example.com leads to 203.0.113.5',
    })
    expect((await asked('other.example.com')).name).toBe('good: other.example.com leads nowhere yet; the deployment makes the records')
  })
})
