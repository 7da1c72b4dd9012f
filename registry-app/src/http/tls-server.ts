import type { Socket } from 'node:net'
import type { SecureContextOptions, Server, TLSSocket } from 'node:tls'
import type { Log } from '../ops/log.ts'
import type { Certificate, Certificates } from '../tls/certificates.ts'

/** Go's and Distribution's words (`http.tls.clientauth`). */
export type ClientAuth =
  | 'no-client-cert'
  | 'request-client-cert'
  | 'require-any-client-cert'
  | 'verify-client-cert-if-given'
  | 'require-and-verify-client-cert'

export interface TlsOptions {
  certificates: Certificates
  /** What every connection is held to (`tls-options.ts`). */
  context: SecureContextOptions
  clientAuth: ClientAuth
}

export interface TlsServerOptions extends TlsOptions {
  /** For ALPN (RFC 7301), the preferred one first. */
  protocols: readonly string[]
  /** Milliseconds that a handshake may take; 0: no limit. */
  handshakeTimeout: number
  log: Log
  /** Whether this address may have a line in the log again. */
  mayTell: (address: string) => boolean
  /** Takes a connection whose handshake is over. */
  accept: (socket: TLSSocket) => void
}

/** @returns what takes a connection whose client begins with a TLS handshake */
export function createTlsServer({ certificates, context, clientAuth, protocols, handshakeTimeout, ...rest }: TlsServerOptions) {
  const { log, mayTell, accept } = rest
  const tls = process.getBuiltinModule('node:tls')
  const server = tls.createServer({
    ...context,
    ALPNProtocols: [...protocols],
    // By our own rules after the handshake: Node's would be one for all kinds of `clientAuth`.
    requestCert: clientAuth !== 'no-client-cert',
    rejectUnauthorized: false,
    handshakeTimeout: handshakeTimeout || longestTimer,
    SNICallback: (name, done) => {
      const found = certificates.find(name)
      if (found) done(null, found.context)
      else done(new Error(`there is no certificate for ${name}`))
    },
  })
  server.on('secureConnection', socket => {
    const refused = reasonAgainst(socket, clientAuth, certificates)
    // By TLS 1.3 a client hears of our certificate last, and says only now what it thinks of it.
    socket.once('error', (error: TlsError) => error.code?.startsWith('ERR_SSL_') && tell(socket, explain(error), error))
    if (refused === undefined) return accept(socket)
    tell(socket, `a client was refused: ${refused} (http.tls.clientauth: ${clientAuth})`)
    socket.destroy()
  })
  server.on('tlsClientError', (error: TlsError, socket) => {
    // A port that somebody looks at, a load balancer that asks whether it is open.
    if (error.code !== 'ECONNRESET') tell(socket, explain(error), error)
    // Node leaves one open whose time for the handshake is over.
    socket.destroy()
  })

  const tell = (socket: TLSSocket, message: string, error?: TlsError) => {
    const address = socket.remoteAddress ?? 'unix'
    if (mayTell(address)) log.info(message, { remoteaddr: address, code: error?.code })
  }

  const show = whatWasSet(server, context)
  return (socket: Socket) => {
    show(certificates.find(undefined))
    server.emit('connection', socket)
  }
}

/** What Node can hold in a timer. */
const longestTimer = 2 ** 31 - 1

/** Clients that name no server are shown what the server itself has, which is set again when it is another. */
function whatWasSet(server: Server, context: SecureContextOptions) {
  let shown: Certificate | undefined
  return (certificate: Certificate | undefined) => {
    if (certificate === undefined || certificate === shown) return
    server.setSecureContext({ ...context, ...certificate.pair })
    shown = certificate
  }
}

/** Go's `tls.ClientAuthType`, each as its documentation has it. */
function reasonAgainst(socket: TLSSocket, clientAuth: ClientAuth, certificates: Certificates): string | undefined {
  if (clientAuth === 'no-client-cert' || clientAuth === 'request-client-cert' || socket.authorized) return undefined
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) return clientAuth === 'verify-client-cert-if-given' ? undefined : 'it showed no certificate'
  if (clientAuth === 'require-any-client-cert') return undefined
  // Who has the registry's own private key is the registry: its health check.
  const own = certificates.find(socket.servername || undefined)
  if (own && shown.raw.equals(new (process.getBuiltinModule('node:crypto').X509Certificate)(own.pair.cert).raw)) return undefined
  return `its certificate is not one of http.tls.clientcas (${String(socket.authorizationError)})`
}

type TlsError = Error & { code?: string }

/** OpenSSL's words, and what they most likely mean. */
function explain({ code = '' }: TlsError): string {
  if (/UNKNOWN_CA|ALERT_BAD_CERTIFICATE|CERTIFICATE_UNKNOWN/.test(code)) {
    return 'a client does not trust the certificate: give it the authority that signed it (docker: /etc/docker/certs.d/<host>/ca.crt)'
  }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code)) {
    return 'a client speaks only older versions of TLS (http.tls.minimumtls)'
  }
  if (/NO_SHARED_CIPHER/.test(code)) return 'a client has no cipher suite in common, or there is no certificate yet (http.tls.ciphersuites)'
  return 'a TLS handshake failed'
}
