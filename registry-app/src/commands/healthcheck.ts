import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { parseAddress } from '../config/address.ts'
import type { Config } from '../config/schema/config.ts'
import { speaksTls } from '../config/schema/tls.ts'
import { request } from '../http/node-http.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

/** `healthcheck`: asks `/healthz` of the registry that this configuration describes, for images that have no curl. Sets the exit code. */
export async function healthcheck(source: ConfigSource): Promise<void> {
  const { http } = loadFrom(source).config
  // Where certificates are ordered, the plain address answers before there is one.
  const plain = http.tls.letsencrypt.hosts.length > 0 ? http.redirect.addr : undefined
  const [address] = plain === undefined ? parseAddress(http.addr, http.net).listen : parseAddress(plain).listen
  if (!address) throw new Error('http.addr names no address')
  const target = 'path' in address ? { socketPath: address.path } : { host: reachable(address.host), port: address.port }
  const secure = speaksTls(http.tls) && plain === undefined
  const outcome = await askedOf(secure ? http.tls : undefined, { ...target, path: '/healthz', timeout: 4000 })
  process.stdout.write(`${outcome}\n`)
  process.exitCode = outcome === healthy ? 0 : 1
}

/** What listens everywhere is reached on the loopback. */
const reachable = (host: string | undefined) => (host === undefined || host === '0.0.0.0' || host === '::' ? 'localhost' : host)

const healthy = 'healthy'

/** What became of it, in words: that nobody answers is what is asked here, and no failure of this command. */
function askedOf(tls: Config['http']['tls'] | undefined, options: object): Promise<string> {
  return new Promise(resolve => {
    const heard = ({ statusCode }: IncomingMessage) => {
      resolve(statusCode === 200 ? healthy : `/healthz answered ${statusCode}`)
      asked.destroy()
    }
    const asked =
      tls === undefined
        ? request(options, heard)
        : process.getBuiltinModule('node:https').request({ ...options, ...ownCertificate(tls) }, heard)
    asked.once('timeout', () => asked.destroy(new Error('no answer within 4 s')))
    asked.once('error', (error: NodeJS.ErrnoException) =>
      // Who refuses a handshake is alive: without a certificate he can do no other.
      resolve(/^ERR_SSL_.*ALERT/.test(error.code ?? '') ? healthy : `/healthz cannot be reached: ${error.message}`),
    )
    asked.end()
  })
}

/**
 * Who answers on this machine is not in question, and its certificate is for another name than localhost. Where clients have to show a certificate
 * (`http.tls.clientauth`), the registry knows its own.
 */
function ownCertificate({ certificate, key }: Config['http']['tls']) {
  const pair = certificate === undefined || key === undefined ? {} : { cert: readFileSync(certificate), key: readFileSync(key) }
  return { rejectUnauthorized: false, ...pair }
}
