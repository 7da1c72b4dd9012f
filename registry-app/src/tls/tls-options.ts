import type { SecureContextOptions } from 'node:tls'
import { openSslCiphers } from './cipher-suites.ts'

/** Distribution's words (`http.tls.clientauth`), which are those of Go's `tls.ClientAuthType`. */
export const clientAuthModes = [
  'no-client-cert',
  'request-client-cert',
  'require-any-client-cert',
  'verify-client-cert-if-given',
  'require-and-verify-client-cert',
] as const

export type ClientAuth = (typeof clientAuthModes)[number]

export interface TlsSettings {
  readonly minimumtls: 'tls1.2' | 'tls1.3'
  /** Go's names; none: the default ones. */
  readonly ciphersuites: readonly string[]
  /** The authorities, in PEM, that client certificates must come from. */
  readonly clientCas: readonly string[]
}

/** What every connection is held to, whichever certificate it is shown: contexts that SNI chooses inherit nothing from their server. */
export function contextOptions({ minimumtls, ciphersuites, clientCas }: TlsSettings): SecureContextOptions {
  return {
    minVersion: minimumtls === 'tls1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ciphers: openSslCiphers(ciphersuites),
    honorCipherOrder: true,
    ...(clientCas.length > 0 && { ca: [...clientCas] }),
    // Without one, OpenSSL refuses to resume a session in which the client had shown a certificate.
    sessionIdContext: 'bucket-registry',
  }
}
