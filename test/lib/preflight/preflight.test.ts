import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runKit } from '../../../lib/kit.ts'
import { preflight } from '../../../lib/preflight/command.ts'
import { storeDouble } from '../../registry-app/doctor/support/store-double.ts'
import { freePort } from '../../support/free-port.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Names by what they lead to, and zones by their servers. */
interface Known {
  readonly addresses?: Readonly<Record<string, readonly string[]>>
  readonly zones?: Readonly<Record<string, readonly string[]>>
  /** What this machine's own files know. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>
}

async function ask(
  text: string,
  { addresses = {}, zones = {}, hosts = {} }: Known = {},
  variables: Readonly<Record<string, string>> = { TF_VAR_s3_access_key: 'a', TF_VAR_s3_secret_key: 's' },
) {
  const said: string[] = []
  const code = await preflight(
    'try',
    {},
    {
      out: text => said.push(text),
      variables,
      signal: new AbortController().signal,
      folder: temporaryFolder({ 'try.yml': `engine: cdktf\n${text}\n` }),
      names: {
        resolve: async name => addresses[name] ?? [],
        nameServers: async zone => zones[zone] ?? [],
        lookup: async name => hosts[name] ?? [],
      },
    },
  )
  const lines = said.join('').split('\n')
  return { code, line: (name: string) => lines.find(line => line.startsWith(name))?.replace(/ {2,}/g, ' | ') }
}

/** As much of a Docker engine as is asked, with containers of this environment that publish a port. */
async function engineDouble(published: readonly number[] = [], owner = 'try') {
  const path = join(temporaryFolder(), 'docker.sock')
  const answers: Readonly<Record<string, unknown>> = {
    '/version': { Version: '99.0' },
    '/info': { Swarm: { ControlAvailable: false } },
    '/networks/web': { Id: '1' },
    '/containers/json': [
      { Names: ['/it'], Labels: { 'bucket-registry.environment': owner }, Ports: published.map(PublicPort => ({ PublicPort })) },
    ],
  }
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}))
  })
  server.listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `unix://${path}`
}

async function busyPort() {
  const server = createTcpServer(socket => void socket.on('error', () => {}).end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const bucket = (endpoint: string, more = 'bucket: images') => `storage: {driver: s3, endpoint: '${endpoint}', region: us-east-1, ${more}}`
const named = (dns: string) =>
  `storage: {driver: filesystem}\ndomain: registry.example.com\ncertificate: {by: proxy, proxy: traefik}\ndns: {addresses: [203.0.113.5], ${dns}}`
const volume = (uri: string, port: number) => `storage: {driver: filesystem}\nhost: {uri: '${uri}', port: ${port}}`

test('where all is well, it says so and ends with 0', async () => {
  const { code, line } = await ask(volume(await engineDouble(), await freePort()))

  expect(line('Docker engine')).toMatch(/^Docker engine \| ok \| version 99\.0 answers/)
  expect(line('ports')).toMatch(/^ports \| ok \| \d+ is free$/)
  expect(line('bucket')).toBe('bucket | - | the images are kept on a volume')
  expect(code).toBe(0)
})

test('an engine that is away is told of', async () => {
  const { code, line } = await ask(volume('unix:///nowhere/docker.sock', await freePort()))

  expect(line('Docker engine')).toMatch(/FAILED | none answers at unix:\/\/\/nowhere\/docker\.sock/)
  expect(code).toBe(1)
})

test('a port that is taken is told of', async () => {
  const port = await busyPort()
  const { code, line } = await ask(volume(await engineDouble(), port))

  expect(line('ports')).toBe(`ports | FAILED | ${port} cannot be had: something listens there; stop it, or choose another`)
  expect(code).toBe(1)
})

test('a port that this environment has itself is as good as free', async () => {
  const port = await busyPort()
  const { line } = await ask(volume(await engineDouble([port]), port))

  expect(line('ports')).toBe(`ports | ok | ${port} is this environment's own already`)
})

test('a port of another container is told of, by its name', async () => {
  const { line } = await ask(volume(await engineDouble([5123], 'other'), 5123))

  expect(line('ports')).toBe('ports | FAILED | 5123 is published by the container it: stop it, or choose another')
})

test('the port of plain HTTP is asked for as well', async () => {
  const [port, busy] = [await freePort(), await busyPort()]
  const { line } = await ask(certified(await engineDouble(), port, busy))

  expect(line('ports')).toContain(`FAILED | ${busy} cannot be had`)
})

test('an engine that manages no Swarm is told of where the file wants one', async () => {
  const uri = await engineDouble()
  const { line } = await ask(`storage: {driver: filesystem}\ncertificate: {by: none}\nhost: {uri: '${uri}', swarm: {replicas: 1}}`)

  expect(line('Docker engine')).toContain('FAILED | that at')
  expect(line('Docker engine')).toContain('docker swarm init')
})

test('an engine by TLS without certificates, and one by ssh that does not get in, are told of with what to do', async () => {
  const port = await freePort()
  const byTls = await ask(`storage: {driver: filesystem}\nhost: {uri: 'tcp://127.0.0.1:${port}', tlsFolder: /nowhere}`)
  const bySsh = await ask(`storage: {driver: filesystem}\nhost: {uri: 'ssh://me@127.0.0.1:${port}', sshOptions: [-F, /dev/null]}`)

  expect(byTls.line('Docker engine')).toMatch(/FAILED \| none answers .*ca\.pem.*host\.tlsFolder must have/)
  expect(bySsh.line('Docker engine')).toMatch(/FAILED \| none answers .*ssh must get in without a question/)
})

test('a host that is still to be made is not asked', async () => {
  const instance = "instance: {by: nifcloud, zone: east-11, publicKey: 'ssh-rsa AAAA', admit: [203.0.113.5]}"
  const { endpoint } = await storeDouble()
  const { code, line } = await ask(`${bucket(endpoint)}\nhost: {${instance}}`)

  expect(line('Docker engine')).toContain('| - | the deployment of the data stack makes the host')
  expect(line('ports')).toBe('ports | - | the host is new')
  expect(line('secrets')).toBe(
    'secrets | FAILED | NIFCLOUD_ACCESS_KEY_ID and NIFCLOUD_SECRET_ACCESS_KEY must be set where the deployment runs',
  )
  expect(code).toBe(1)
})

test.each([
  ['the key of a zone', named('by: rfc2136, server: 127.0.0.1, zone: example.com, keyName: k'), {}, 'TF_VAR_dns_key_secret must be set'],
  ['a token', named('by: cloudflare, zoneId: "0123456789abcdef0123456789abcdef"'), {}, 'CLOUDFLARE_API_TOKEN must be set'],
  [
    'what the file calls a secret',
    'storage: {driver: filesystem}\nregistry: {notifications: {endpoints: [{name: a, url: {secret: hook}}]}}',
    {},
    'FAILED | TF_VAR_secret_hook must be set',
  ],
  ['one half of a key', bucket('http://127.0.0.1:1'), { TF_VAR_s3_access_key: 'a' }, 'FAILED | TF_VAR_s3_secret_key must be set as well'],
  ['both halves of a key', bucket('http://127.0.0.1:1'), {}, 'note | TF_VAR_s3_access_key and TF_VAR_s3_secret_key are not set'],
])('%s that is missing is told of', async (_, text, variables, sentence) => {
  const { line } = await ask(`${text}\nhost: {uri: 'unix:///nowhere'}`, {}, variables)

  expect(line('secrets')).toContain(sentence)
})

test.each([
  ['that is there', 'bucket: images, existing: true', 'ok', 'takes the keys'],
  ['that is to be made, and is there', 'bucket: images', 'ok', 'or existing: true is missing'],
])('a bucket %s is found by the deployment’s keys', async (_, more, word, sentence) => {
  const { endpoint } = await storeDouble()
  const { line } = await ask(bucket(endpoint, more))

  expect(line('bucket')).toContain(`| ${word} |`)
  expect(line('bucket')).toContain(sentence)
})

test.each([
  ['that is to be made is not missed', '', 'ok', 'is not there yet; the deployment makes it'],
  ['that should be there is missed', ', existing: true', 'FAILED', 'is not there: make it, or leave existing: true and s3_bucket away'],
])('a bucket %s', async (_, more, word, sentence) => {
  const { endpoint } = await storeDouble({ missing: true })
  const { line } = await ask(bucket(endpoint, `bucket: images${more}`))

  expect(line('bucket')).toContain(`| ${word} |`)
  expect(line('bucket')).toContain(sentence)
})

test('keys that the store refuses are told of', async () => {
  const { endpoint } = await storeDouble({ signing: ['v2'] })
  const { code, line } = await ask(bucket(endpoint))

  expect(line('bucket')).toContain('FAILED')
  expect(code).toBe(1)
})

function certified(uri: string, port: number, redirectPort: number, more = '') {
  return `storage: {driver: filesystem}\ndomain: registry.example.com\ncertificate: {by: letsencrypt, directoryUrl: 'https://ca.test/dir'}\nhost: {uri: '${uri}', port: ${port}, redirectPort: ${redirectPort}}${more}`
}
const zones = { 'example.com': ['ns.example.net'] }

test('a zone is asked for above the name', async () => {
  const { line } = await ask(named('by: manual'), { zones })

  expect(line('zone')).toBe('zone | ok | example.com is delegated to ns.example.net')
})

test('a name in nobody’s zone is told of', async () => {
  const { code, line } = await ask(named('by: manual').replace(/^certificate.*$/m, "host: {uri: 'tcp://127.0.0.1:1', tlsFolder: /nowhere}"))

  expect(line('zone')).toContain('FAILED | nobody is in charge of registry.example.com')
  expect(code).toBe(1)
})

test.each([
  ['leads where the file says', 'by: manual', ['203.0.113.5'], 'ok | registry.example.com leads to 203.0.113.5'],
  ['leads elsewhere', 'by: manual', ['203.0.113.9'], 'note | registry.example.com leads to 203.0.113.9, which the file does not name'],
  ['leads nowhere, and has to be made by hand', 'by: manual', [], 'note | registry.example.com leads nowhere: make its records'],
  ['leads nowhere yet', 'by: nifcloud, zone: example.com', [], 'ok | registry.example.com leads nowhere yet; the deployment makes'],
])('a name that %s', async (_, dns, found, sentence) => {
  const { line } = await ask(named(dns), { zones, addresses: { 'registry.example.com': found } })

  expect(line('name')).toContain(sentence)
})

test('a name by the variable is asked for in place of the file’s', async () => {
  const { line } = await ask(
    named('by: manual'),
    { zones, addresses: { 'other.example.com': ['203.0.113.5'] } },
    { TF_VAR_domain: 'other.example.com' },
  )

  expect(line('name')).toContain('ok | other.example.com leads to 203.0.113.5')
})

test('records in a zone that is not the name’s own are told of', async () => {
  const deep = { 'example.com': ['ns'], 'registry.example.com': ['ns.elsewhere'] }
  const { line } = await ask(named('by: nifcloud, zone: example.com'), { zones: deep })

  expect(line('zone')).toContain('FAILED | registry.example.com is delegated to ns.elsewhere: records in example.com are not seen there')
})

describe('a name that the internet does not know', () => {
  const internal = 'storage: {driver: filesystem}\ndomain: registry.internal\ncertificate: {by: self-signed}\nhost: {port: 5443}'
  const split = internal.replace('registry.internal', 'registry.example.com')

  test('is asked of no zone, and found where this machine knows it', async () => {
    const { line } = await ask(internal, { hosts: { 'registry.internal': ['10.0.0.5'] } })

    expect(line('zone')).toContain('| - | registry.internal is a private name')
    expect(line('name')).toContain('| ok | registry.internal leads to 10.0.0.5')
    expect(line('certificate')).toContain('| ok | the data stack makes it')
  })

  test('is not bad either where this machine does not know it', async () => {
    expect((await ask(internal)).line('name')).toContain('| note | this machine does not know registry.internal')
  })

  test('may look like a public one, with a certificate of one’s own', async () => {
    const { line } = await ask(split, { hosts: { 'registry.example.com': ['10.0.0.5'] } })

    expect(line('zone')).toContain('| note | nobody is in charge of registry.example.com')
    expect(line('name')).toContain('| ok | registry.example.com leads to 10.0.0.5')
  })
})

describe('the way of a certificate authority', () => {
  const leads = { zones, addresses: { 'registry.example.com': ['127.0.0.1'] } }

  test('is tried by the name, at both ports', async () => {
    const [port, redirect] = [await freePort(), await freePort()]
    const { line } = await ask(certified(await engineDouble(), port, redirect), leads)

    expect(line('certificate')).toBe(
      `certificate | ok | registry.example.com at 127.0.0.1 leads here: ${port}: leads to this machine; ${redirect}: leads to this machine`,
    )
  })

  test('that ends at other programs is told of', async () => {
    const { line } = await ask(certified(await engineDouble(), await busyPort(), await busyPort()), leads)

    expect(line('certificate')).toContain('FAILED | the authority would not get through')
    expect(line('certificate')).toContain('something else answers')
  })

  test('leads to the registry that is deployed', async () => {
    const redirecting = createServer((_, response) => response.writeHead(308, { location: 'https://registry.example.com/v2/' }).end())
    redirecting.listen(0)
    await once(redirecting, 'listening')
    onTestFinished(() => void redirecting.close())
    const port = (redirecting.address() as AddressInfo).port
    const { line } = await ask(certified(await engineDouble(), await freePort(), port), leads)

    expect(line('certificate')).toContain(`| ok | registry.example.com at 127.0.0.1 leads here`)
    expect(line('certificate')).toContain(`${port}: a registry answers`)
  })

  test('begins when the name leads somewhere', async () => {
    const { line } = await ask(certified(await engineDouble(), await freePort(), await freePort()), { zones })

    expect(line('certificate')).toContain('note | who asks at')
  })
})

test.each([
  ['files that are not there', 'files, folder: /nowhere', 'FAILED | /nowhere/live/registry.example.com/fullchain.pem and /nowhere/live'],
  ['a network that is there', 'proxy, proxy: traefik, network: web', 'ok | the proxy has it, and finds the registry in the network web'],
  ['a network that is not there', 'proxy, proxy: traefik, network: nowhere', 'FAILED | there is no network nowhere'],
])('a certificate by %s', async (_, by, sentence) => {
  const uri = await engineDouble()
  const { line } = await ask(`storage: {driver: filesystem}\ndomain: registry.example.com\ncertificate: {by: ${by}}\nhost: {uri: '${uri}'}`)

  expect(line('certificate')).toContain(sentence)
})

test('as JSON it is one document, as the doctor’s', async () => {
  const said: string[] = []
  const code = await runKit(
    [
      '--environments',
      temporaryFolder({ 'try.yml': `engine: cdktf\n${volume('unix:///nowhere', await freePort())}` }),
      'preflight',
      'try',
      '--json',
    ],
    {
      out: text => said.push(text),
      error: text => said.push(text),
      variables: {},
      input: piped(),
      signal: new AbortController().signal,
      ask: async () => undefined,
    },
  )

  expect(JSON.parse(said.join(''))).toMatchObject({
    healthy: false,
    environment: 'try',
    results: expect.arrayContaining([{ name: 'Docker engine', verdict: 'bad', says: expect.stringContaining('none answers') }]),
  })
  expect(code).toBe(1)
})
