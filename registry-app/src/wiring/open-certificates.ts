import { openSslCiphers } from '../config/cipher-suites.ts'
import type { Config } from '../config/schema/config.ts'
import type { TlsOptions } from '../http/tls-server.ts'
import type { Log } from '../ops/log.ts'
import { CertificateError } from '../tls/certificates.ts'
import { chainWarnings } from '../tls/chain.ts'
import { certificatesFromFiles } from '../tls/from-files.ts'
import { readChain } from '../tls/load-certificate.ts'
import { contextOptions } from '../tls/tls-options.ts'

import { isPem, readCacert } from './read-cacert.ts'

/** `http.tls.certificate`; `undefined` where none is named. @throws CertificateError that says which file is wrong, and how */
export async function openCertificates({ tls, host }: Config['http'], log: Log): Promise<TlsOptions | undefined> {
  const { certificate, key } = tls
  if (certificate === undefined || key === undefined) return undefined
  const { context, clientAuth } = demands(tls)
  const certificates = await certificatesFromFiles({ certificate, key, context, log })
  const served = certificates.find(undefined)
  const name = host === undefined ? undefined : new URL(host).hostname
  for (const warning of chainWarnings(readChain(served?.pair.cert ?? ''), name)) log.warn(`http.tls.certificate: ${warning}`)
  return { certificates, context, clientAuth }
}

/** What every connection is held to, whichever certificate it is shown. */
export function demands(tls: Config['http']['tls']): Pick<TlsOptions, 'context' | 'clientAuth'> {
  const context = contextOptions({
    minimumtls: tls.minimumtls,
    ciphers: openSslCiphers(tls.ciphersuites),
    clientCas: tls.clientcas.map(readAuthorities),
  })
  return { context, clientAuth: tls.clientauth ?? (tls.clientcas.length > 0 ? 'require-and-verify-client-cert' : 'no-client-cert') }
}

function readAuthorities(given: string): string {
  try {
    const pem = readCacert(given)
    if (readChain(pem).length === 0) throw new CertificateError('holds no certificate')
    return pem
  } catch (cause) {
    throw new CertificateError(`http.tls.clientcas: ${isPem(given) ? 'the text' : given}: ${(cause as Error).message}`, { cause })
  }
}
