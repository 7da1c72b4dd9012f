import type { SecureContextOptions } from 'node:tls'

export interface TlsSettings {
  readonly minimumtls: 'tls1.2' | 'tls1.3'
  /** In OpenSSL's spelling. */
  readonly ciphers: string
  /** The authorities, in PEM, that client certificates must come from. */
  readonly clientCas: readonly string[]
}

/** What every connection is held to, whichever certificate it is shown: a context that SNI chooses inherits nothing from its server. */
export function contextOptions({ minimumtls, ciphers, clientCas }: TlsSettings): SecureContextOptions {
  return {
    minVersion: minimumtls === 'tls1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ciphers,
    honorCipherOrder: true,
    ...(clientCas.length > 0 && { ca: [...clientCas] }),
    // Without one, OpenSSL refuses to resume a session in which the client had shown a certificate.
    sessionIdContext: 'bucket-registry',
  }
}
