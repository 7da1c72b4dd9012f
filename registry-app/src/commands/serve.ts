import { parseAddress } from '../config/address.ts'
import { isGuessable } from '../config/guessable.ts'
import type { Config } from '../config/schema/config.ts'
import { speaksTls } from '../config/schema/tls.ts'
import type { Log } from '../ops/log.ts'
import { openLogs } from '../ops/open-logs.ts'
import { startRegistry } from '../wire.ts'
import type { ConfigSource } from './config-source.ts'
import { isEmbedded, loadFrom } from './config-source.ts'

/** `serve`: runs until SIGTERM or SIGINT, then lets the requests under way finish (`http.draintimeout`). */
export async function serve(source: ConfigSource): Promise<void> {
  const { config, warnings } = loadFrom(source)
  if (config.storage.filesystem) giveThreads(config.storage.filesystem.maxthreads)
  const { log, audit } = openLogs(config.log, text => void process.stdout.write(text))
  process.once('exit', () => {
    audit?.flush()
    log.flush()
  })
  for (const warning of warnings) log.warn(warning)
  warnOfPlainHttp(config, log)
  warnOfGuessableSecret(config, log)

  // A store that does not answer is asked for `retrytime`: whoever waits should see for what.
  const { s3 } = config.storage
  if (s3) log.info('opening the bucket', { bucket: s3.bucket, ...(s3.regionendpoint !== undefined && { endpoint: s3.regionendpoint }) })
  const server = await startRegistry(config, { log, audit }, source.environment)
  log.info('listening', { addresses: server.addresses.join(' ') })
  // Docker reaches no unix socket: who asks for one has a proxy before it.
  if (isEmbedded(source) && config.http.net === 'tcp') greet(config, server.addresses)

  // Whoever replaced a certificate may say so (certbot's --deploy-hook). Without TLS there is nothing to do, and it ends no process either.
  process.on('SIGHUP', () => void server.reload())

  const signals = ['SIGTERM', 'SIGINT'] as const
  const stop = async (signal: string) => {
    // A second one means: now.
    for (const each of signals) process.once(each, () => process.exit(1))
    log.info('stopping', { signal, draintimeout: config.http.draintimeout })
    const cut = await server.stop(config.http.draintimeout)
    if (cut > 0) log.warn('requests were cut off: http.draintimeout is over', { requests: cut })
    process.exit(0)
  }
  for (const signal of signals) process.once(signal, stop)
}

/**
 * libuv reads this when its first thread is needed. Its default of four would let a few slow fsyncs hold up every read.
 *
 * @param maximum `storage.filesystem.maxthreads`; more than 32 gain nothing that was measured, and each costs memory
 */
function giveThreads(maximum: number): void {
  process.env.UV_THREADPOOL_SIZE ??= String(Math.min(maximum, 32))
}

function warnOfPlainHttp({ http, auth }: Config, log: Log): void {
  if (speaksTls(http.tls) || parseAddress(http.addr, http.net).loopback) return
  const advice = 'Configure http.tls, or listen on localhost:5000 behind a proxy that speaks TLS.'
  if (hasPasswords(auth)) {
    log.error(
      `PASSWORDS OVER PLAIN HTTP ON ${http.addr}: each request carries its user's password, and whoever is on the way can read it, and with it ` +
        `push and pull everything. ${advice}`,
    )
    return
  }
  log.warn(
    `PLAIN HTTP ON ${http.addr}: whoever is on the way can read and change what is pushed and pulled, and docker refuses such a registry ` +
      `unless it is on localhost. ${advice}`,
  )
}

const hasPasswords = (auth: Config['auth']) => auth?.htpasswd !== undefined || auth?.local !== undefined

/** Who knows this secret can forge the URL of an upload. */
function warnOfGuessableSecret({ http, auth }: Config, log: Log): void {
  if (!hasPasswords(auth) || http.secret === undefined || !isGuessable(http.secret)) return
  log.warn(
    'http.secret CAN BE GUESSED: whoever may push to some repository, and guesses it, can have blobs of others in there. Take 32 random bytes, such as ' +
      'those of openssl rand -hex 32, or leave the key out: then one is made, and kept in the storage.',
  )
}

/** For somebody who has just typed `npm start`. */
function greet({ http, auth, storage }: Config, addresses: readonly string[]): void {
  const port = new URL(addresses[0] ?? 'http://localhost').port
  const host = http.addr.startsWith('localhost:') ? `localhost:${port}` : `127.0.0.1:${port}`
  const where = storage.filesystem ? `images are kept in ${storage.filesystem.rootdirectory}` : 'images are kept in memory'
  process.stdout.write(`
The registry is at http://${host}; ${where}. To push to it:
${hasPasswords(auth) ? `\n  docker login ${host}` : ''}
  docker tag alpine ${host}/alpine
  docker push ${host}/alpine

Ctrl-C stops it.

`)
}
