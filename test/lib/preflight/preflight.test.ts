import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { preflight } from '../../../lib/preflight/command.ts'
import { freePort } from '../../support/free-port.ts'
import { storeDouble } from '../doctor/support/store-double.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Names by what they lead to, and zones by their servers. */
interface Names {
  readonly addresses?: Readonly<Record<string, readonly string[]>>
  readonly zones?: Readonly<Record<string, readonly string[]>>
}

async function ask(
  text: string,
  { addresses = {}, zones = {} }: Names = {},
  variables = { TF_VAR_s3_access_key: 'a', TF_VAR_s3_secret_key: 's' },
) {
  const lines: string[] = []
  const code = await preflight('try', {
    out: line => lines.push(line.trimEnd()),
    variables,
    signal: new AbortController().signal,
    folder: temporaryFolder({ 'try.yml': `engine: cdktf\n${text}\n` }),
    names: { resolve: async name => addresses[name] ?? [], nameServers: async zone => zones[zone] ?? [] },
  })
  return { code, line: (name: string) => lines.find(line => line.startsWith(name))?.replace(/ {2,}/g, ' | ') }
}

/** As much of a Docker engine as is asked, with containers of this environment that publish a port. */
async function engineDouble(published: readonly number[] = []) {
  const path = join(temporaryFolder(), 'docker.sock')
  const server = createServer((request, response) => {
    const containers = request.url?.includes('bucket-registry.environment%3Dtry')
      ? [{ Ports: published.map(PublicPort => ({ PublicPort })) }]
      : []
    response.end(JSON.stringify(request.url === '/version' ? { Version: '99.0' } : containers))
  })
  server.listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `unix://${path}`
}

async function busyPort() {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const volume = (uri: string, port: number) => `storage: {driver: filesystem}\nhost: {uri: '${uri}', port: ${port}}`

test('where all is well, it says so and ends with 0', async () => {
  const { code, line } = await ask(volume(await engineDouble(), await freePort()))

  expect(line('Docker engine')).toMatch(/^Docker engine | ok | version 99\.0 answers/)
  expect(line('port')).toMatch(/^port | ok | \d+ is free$/)
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

  expect(line('port')).toBe(`port | FAILED | ${port} cannot be had: something listens there`)
  expect(code).toBe(1)
})

test('a port that this environment has itself is as good as free', async () => {
  const port = await busyPort()
  const { line } = await ask(volume(await engineDouble([port]), port))

  expect(line('port')).toBe(`port | ok | ${port} is this environment's own already`)
})

const bucket = (endpoint: string, more = 'bucket: images') => `storage: {driver: s3, endpoint: '${endpoint}', region: us-east-1, ${more}}`

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
  ['that should be there is missed', ', existing: true', 'FAILED', 'is not there; without existing: true the deployment makes it'],
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

const named = (dns: string) => `storage: {driver: filesystem}\ndomain: registry.example.com\ndns: {addresses: [203.0.113.5], ${dns}}`
const zones = { 'example.com': ['ns.example.net'] }

test('a zone is asked for above the name', async () => {
  const { line } = await ask(named('by: manual'), { zones })

  expect(line('zone')).toBe('zone | ok | example.com is delegated to ns.example.net')
})

test('a name in nobody’s zone is told of', async () => {
  const { code, line } = await ask(named('by: manual'))

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
