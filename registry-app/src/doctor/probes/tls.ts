import { once } from 'node:events'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { speaksNoTls } from '../../s3/speaks-no-tls.ts'
import { bad, type Finding, good, lacking, type Probe } from '../probe.ts'
import { hostname, portOf } from './reachable.ts'

/** Loaded when somebody asks: a registry that speaks plain HTTP does without. */
const node = () => process.getBuiltinModule('node:tls')

const day = 24 * 3600 * 1000

/** The certificate: whether it is to be believed, and for how long. */
export const tls: Probe = {
  name: 'TLS',
  first: true,
  async ask({ origin, target, now, signal }) {
    if (origin.protocol === 'http:') return plain(hostname(origin))
    const host = hostname(origin)
    const socket = node().connect({
      host,
      port: portOf(origin),
      ...(isIP(host) ? {} : { servername: host }),
      ...(target.ca === undefined ? {} : { ca: [...node().getCACertificates('default'), target.ca] }),
      // What is wrong with it is to be said, not thrown.
      rejectUnauthorized: false,
    })
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) })
      return judge(socket, now(), target.skipVerify)
    } catch (cause) {
      if (!speaksNoTls(cause)) throw cause
      return bad(`it answers, but not by TLS: most likely by plain HTTP, which is http://${origin.host}`)
    } finally {
      socket.destroy()
    }
  },
}

function plain(host: string): Finding {
  if (/^(localhost|127\..*|::1)$/.test(host)) return good('none, and none is needed on this machine')
  return lacking('plain HTTP: whoever is on the way reads and changes images')
}

function judge(socket: TLSSocket, now: Date, skipVerify = false): Finding {
  const certificate = socket.getPeerCertificate()
  const end = new Date(certificate.valid_to)
  const days = Math.floor((end.getTime() - now.getTime()) / day)
  const until = `${socket.getProtocol()}, the certificate ends on ${end.toISOString().slice(0, 10)}`
  if (!socket.authorized) {
    const says = `${until}, and is not to be believed: ${wrongWith(socket.authorizationError)}`
    return skipVerify ? lacking(`${says}; skipverify believes it all the same`) : bad(says)
  }
  if (days < 14) return lacking(`${until}, in ${days} days`)
  return good(`${until}, in ${days} days`)
}

/** Node.js types it as an error and gives a code. */
function wrongWith(error: unknown): string {
  const code = error instanceof Error ? error.message : String(error)
  const words: Readonly<Record<string, string>> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed itself (--ca names a file with certificates to trust)',
    SELF_SIGNED_CERT_IN_CHAIN: 'nobody known here signed it (--ca names a file with certificates to trust)',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody known here signed it (--ca names a file with certificates to trust)',
    CERT_HAS_EXPIRED: 'it has expired',
    ERR_TLS_CERT_ALTNAME_INVALID: 'it was made for another name',
  }
  return words[code] ?? code
}
