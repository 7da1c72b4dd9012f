import type { Stats } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import type { SecureContextOptions } from 'node:tls'
import type { Log } from '../ops/log.ts'
import { type Certificate, CertificateError, type Certificates, type PemPair } from './certificates.ts'
import { loadCertificate } from './load-certificate.ts'

export interface FileCertificatesOptions {
  /** `http.tls.certificate`: PEM, the server's own certificate first, then the chain. */
  readonly certificate: string
  /** `http.tls.key` */
  readonly key: string
  /** What every connection is held to (`tls-options.ts`). */
  readonly context: SecureContextOptions
  readonly log: Log
  /** Milliseconds between two looks at the files. */
  readonly lookEvery?: number
}

/**
 * A certificate in files, read again when they change.
 *
 * By looking, not by inotify: certbot turns a symbolic link, Kubernetes the link to a whole folder, and network file systems tell nobody.
 *
 * @throws CertificateError if there is nothing to begin with
 */
export async function certificatesFromFiles(options: FileCertificatesOptions): Promise<Certificates> {
  const { certificate, key, log, lookEvery = 2000 } = options
  const files = [certificate, key]
  let seen = await fingerprint(files)
  let served = await load(options)
  /** What was said about a pair that cannot be used: the same is not said again. */
  let complaint: string | undefined
  let failures = 0

  const renew = async () => {
    const now = await fingerprint(files)
    try {
      const next = await load(options)
      const changed = next.pair.cert !== served.pair.cert || next.pair.key !== served.pair.key
      served = next
      seen = now
      complaint = undefined
      failures = 0
      if (changed) log.info('a new certificate is served', describe(next))
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      failures += 1
      // The first time it may be half written; whoever writes it is given until the next look.
      if (failures < 2 || complaint === error.message) return
      complaint = error.message
      log.error(`the new certificate cannot be used, the old one stays: ${error.message}`, describe(served))
    }
  }

  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    try {
      if (failures > 0 || (await fingerprint(files)) !== seen) await renew()
    } catch (error) {
      log.error('looking for a new certificate failed', { error })
    } finally {
      looking = false
    }
  }
  const timer = setInterval(look, lookEvery)
  timer.unref()

  return {
    find: () => served,
    all: () => [served.facts],
    async reload() {
      // Whoever asks for it has finished writing: what is wrong is said at once.
      failures = Math.max(failures, 1)
      complaint = undefined
      await look()
    },
    stop: () => clearInterval(timer),
  }
}

async function load({ certificate, key, context }: FileCertificatesOptions): Promise<Certificate> {
  const pair: PemPair = { cert: await read(certificate, 'http.tls.certificate'), key: await read(key, 'http.tls.key') }
  try {
    return loadCertificate(pair, context)
  } catch (error) {
    if (error instanceof CertificateError)
      throw new CertificateError(`http.tls.certificate: ${certificate} ${error.message}`, { cause: error })
    throw new CertificateError(`http.tls.certificate: ${certificate} cannot be used: ${(error as Error).message}`, { cause: error })
  }
}

async function read(path: string, key: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CertificateError(`${key}: ${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** Changes when a file is written, replaced, or another one is linked in its place. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const each = files.map(async file => {
    try {
      const [{ mtimeMs, ctimeMs, size, ino }, real]: [Stats, string] = await Promise.all([stat(file), realpath(file)])
      return [real, mtimeMs, ctimeMs, size, ino].join(' ')
    } catch {
      // Reading it says what is wrong.
      return 'unreadable'
    }
  })
  return (await Promise.all(each)).join('\n')
}

const describe = ({ facts }: Certificate) => ({
  names: facts.names.join(' '),
  issuer: facts.issuer,
  serial: facts.serial,
  notafter: facts.notAfter.toISOString(),
})
