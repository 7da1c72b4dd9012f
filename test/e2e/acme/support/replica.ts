import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../../../../registry-app/src/http/server.ts'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { type AcmeCertificates, certificatesFromAcme } from '../../../../registry-app/src/tls/acme/from-acme.ts'
import type { ChallengeType } from '../../../../registry-app/src/tls/acme/problem.ts'
import { authority } from '../../../registry-app/tls/support/certificates.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import type { Pebble } from './pebble.ts'

export interface ReplicaOptions {
  pebble: Pebble
  hosts: readonly string[]
  driver?: StorageDriver
  challenges?: ChallengeType[]
  /** Whether it listens where the authority looks for proofs. */
  reachable?: boolean
  eab?: { kid: string; hmackey: string }
}

export interface Replica {
  certificates: AcmeCertificates
  port: number
  log(): string
  /** Its clock is set forward by so many milliseconds. */
  pass(milliseconds: number): void
  /** Waits until the log says it. */
  says(what: RegExp): Promise<void>
  stop(): Promise<void>
}

const patience = 20_000

/** The part of a registry that has to do with ACME, in this process: so that its clock can be set. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { pebble, hosts, driver = memoryDriver({ now: () => new Date() }), challenges = ['tls-alpn-01'], reachable = true, eab } = options
  let text = ''
  let ahead = 0
  const log = createLog({ level: 'debug', formatter: 'text', fields: {}, now: () => new Date(), write: more => (text += more) })
  let wake = new AbortController()
  const certificates = await certificatesFromAcme({
    settings: { hosts, email: 'ops@registry.test', directoryurl: pebble.directoryUrl, eab },
    challenges,
    ca: authority,
    driver,
    folder: 'acme/',
    secret: 'a secret',
    context: {},
    userAgent: 'bucket-registry/test',
    log,
    processName: `process ${Math.random()}`,
    now: () => new Date(Date.now() + ahead),
    clock: () => performance.now(),
    random: Math.random,
    // Between two rounds it is woken when the clock was set.
    sleep: (milliseconds, signal) =>
      milliseconds < 5000
        ? sleep(milliseconds, undefined, { signal })
        : sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, wake.signal]) }),
  })
  const server = await startServer({
    handle: async (_, response) => void response.end('hello\n'),
    listen: [{ host: '127.0.0.1', port: reachable ? pebble.tlsPort : 0 }],
    timeouts: { headers: 10_000, idle: 75_000 },
    maxConnections: 100,
    maxHeaderSize: 16_384,
    protocols: { http2: false, tls: { certificates, context: {}, clientAuth: 'no-client-cert' } },
    log,
    clock: () => performance.now(),
  })
  const plain = createServer(async (request, response) => {
    const answer = await certificates.answer(request.url?.split('/').at(-1) ?? '')
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  if (reachable) await new Promise<void>(resolve => plain.listen(pebble.httpPort, '127.0.0.1', resolve))
  certificates.start()

  const stop = async () => {
    certificates.stop()
    plain.close()
    plain.closeAllConnections()
    await server.stop(0)
  }
  atTheEnd(stop)
  return {
    certificates,
    port: Number(new URL(server.addresses[0] ?? '').port),
    log: () => text,
    pass(milliseconds) {
      ahead += milliseconds
      wake.abort()
      wake = new AbortController()
    },
    async says(what) {
      for (let waited = 0; !what.test(text); waited += 20) {
        if (waited > patience) throw new Error(`it did not say ${what} within ${patience} ms:\n${text}`)
        await sleep(20)
      }
    },
    stop,
  }
}
