import { readFile, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { authority, first } from '../../../registry-app/tls/support/certificates.ts'
import { freePort } from '../../../support/free-port.ts'
import { type Running, startProcess } from '../../../support/start-process.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { tool } from '../../support/tool.ts'

/** What `suite` asks for. */
export const pebble = await tool('pebble')
export const nameServer = await tool('pebble-challtestsrv')

export interface PebbleOptions {
  /** Of the certificates that it gives, in seconds. */
  validity?: number
  /** Of all good nonces, so many in a hundred are refused. */
  refusedNonces?: number
  /** Registers only those who know a key, by its identifier. */
  accountKeys?: Record<string, string>
  /** Where it is found beside this process, and by whose certificate, which must be for 127.0.0.1 too; by itself, on 127.0.0.1 alone. */
  at?: { address: string; certificate: string; privateKey: string; authority: string }
}

export interface Pebble {
  directoryUrl: string
  /** A file with the authority of Pebble's own certificate. */
  cacert: string
  /** Where it looks for proofs, whatever the name: port 80 and port 443 of every host. */
  httpPort: number
  tlsPort: number
  /** How many orders it has seen. */
  orders(): number
  log(): string
  /** The root of the certificates that it gives, in PEM. */
  root(): Promise<string>
  /** What it says of when to renew a certificate (ARI). */
  setRenewalInfo(certificate: string, window: { start: Date; end: Date }): Promise<void>
  /** The name server finds nothing for this name any more. */
  forget(host: string): Promise<void>
  stop(): Promise<void>
  /** On the same ports, with nothing in its memory. */
  startAgain(): Promise<void>
}

/** Let's Encrypt's test server, and a name server to which every name is this machine. They end with the tests of the file. */
export async function startPebble({ validity = 90 * 86_400, refusedNonces = 0, accountKeys, at }: PebbleOptions = {}): Promise<Pebble> {
  const folder = await temporaryFolder()
  const [port, management, httpPort, tlsPort, dns, dnsManagement] = await freePorts(6)
  const own = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem'), authority: join(folder, 'ca.pem') }
  await Promise.all([writeFile(own.certificate, first.cert), writeFile(own.privateKey, first.key), writeFile(own.authority, authority)])
  const { address, ...files } = at ?? { ...own, address: '127.0.0.1' }
  const ask = asker(await readFile(files.authority, 'utf8'))
  const config = {
    listenAddress: `${address}:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: files.certificate,
    privateKey: files.privateKey,
    httpPort,
    tlsPort,
    externalAccountBindingRequired: accountKeys !== undefined,
    ...(accountKeys && { externalAccountMACKeys: accountKeys }),
    retryAfter: { authz: 1, order: 1 },
    keyAlgorithm: 'ecdsa',
    profiles: { default: { description: 'for tests', validityPeriod: validity } },
  }
  await writeFile(join(folder, 'pebble.json'), JSON.stringify({ pebble: config }))

  const names = await startProcess({
    file: nameServer.path,
    args: ['-dnsserver', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`, '-defaultIPv6', '', ...off],
    env: {},
    ready: async () => true,
  })
  atTheEnd(() => names.stop())

  const url = `https://127.0.0.1:${management}`
  const start = () =>
    startProcess({
      file: pebble.path,
      args: ['-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${dns}`],
      env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(refusedNonces), PEBBLE_AUTHZREUSE: '0' },
      ready: () =>
        ask(`https://${address}:${port}/dir`).then(
          () => true,
          () => false,
        ),
    })
  let running: Running = await start()
  atTheEnd(() => running.stop())

  return {
    directoryUrl: `https://${address}:${port}/dir`,
    cacert: files.authority,
    httpPort,
    tlsPort,
    orders: () => running.log().split('Added order').length - 1,
    log: () => running.log(),
    root: () => ask(`${url}/roots/0`),
    async setRenewalInfo(certificate, { start, end }) {
      const ARIResponse = JSON.stringify({ suggestedWindow: { start: start.toISOString(), end: end.toISOString() } })
      await ask(`${url}/set-renewal-info/`, JSON.stringify({ Certificate: certificate, ARIResponse }))
    },
    async forget(host) {
      await fetch(`http://127.0.0.1:${dnsManagement}/set-servfail`, { method: 'POST', body: JSON.stringify({ host }) })
    },
    stop: () => running.stop(),
    async startAgain() {
      running = await start()
    },
  }
}

/** The name server could answer challenges as well; here the registry does. */
const off = ['http01', 'https01', 'tlsalpn01', 'doh'].flatMap(server => [`-${server}`, ''])

async function freePorts(count: 6): Promise<[number, number, number, number, number, number]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await freePort())
  return ports as [number, number, number, number, number, number]
}

/** Asks Pebble as its clients do, who trust this authority alone. */
function asker(ca: string) {
  const agent = new Agent({ ca })
  return (url: string, body?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { agent, method: body === undefined ? 'GET' : 'POST', headers: { 'user-agent': 'test' } }
      const sent = request(url, options, response => {
        let text = ''
        response.setEncoding('utf8').on('data', piece => (text += piece))
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`${url}: ${response.statusCode} ${text}`)),
        )
      })
      sent.on('error', reject).end(body)
    })
}
