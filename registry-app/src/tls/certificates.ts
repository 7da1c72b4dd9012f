import type { SecureContext } from 'node:tls'

/**
 * What a TLS port shows to its clients, wherever it comes from: files that change (`from-files.ts`), an ACME server.
 *
 * Asked anew for every connection: what is replaced is served from then on, and connections that are open stay open.
 */
export interface Certificates {
  /**
   * The certificate for the name that a client asks for (SNI, RFC 6066, section 3), in whichever case. Clients that address us by IP ask for none.
   *
   * @returns `undefined` where there is none, or none yet: the handshake is refused
   */
  find(serverName: string | undefined): Certificate | undefined

  /**
   * What proves to an ACME server that we control a name (TLS-ALPN-01, RFC 8737): shown to who offers `acme-tls/1`, and to nobody else.
   * Absent: nobody ever asks for such a proof, and no greeting is looked into for it.
   */
  readonly acmeContext?: (serverName: string) => SecureContext | undefined | Promise<SecureContext | undefined>

  /** Names that should be served and cannot be yet, each with the reason. Absent: none. */
  waiting?(): ReadonlyMap<string, string>

  /** All that may be shown, for whoever watches their expiry. */
  all(): readonly CertificateFacts[]

  /** Looks for something new now (SIGHUP). Never throws: what is wrong with it is logged, and what was served stays. */
  reload(): Promise<void>

  stop(): void
}

/** One that can be served. */
export interface Certificate {
  readonly facts: CertificateFacts
  readonly context: SecureContext
  /** What the context was made of, in PEM: the certificate with the chain behind it, and its private key. */
  readonly pair: PemPair
}

export interface PemPair {
  readonly cert: string
  readonly key: string
}

export interface CertificateFacts {
  /** Of the subject's alternative names: DNS names, with wildcards as they stand, and IP addresses. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** One line, such as `C=US, O=Let's Encrypt, CN=R11`. */
  readonly issuer: string
  /** In hexadecimal. */
  readonly serial: string
}

/** The files do not hold what can be served. The message says what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  /** By which the command line knows that a person can mend it. */
  readonly code = 'ERR_CERTIFICATE'
}
