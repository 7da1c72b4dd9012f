import type { SecureContextOptions } from 'node:tls'
import type { ClientAuth } from '../../../../registry-app/src/http/tls-server.ts'
import type { Certificates, PemPair } from '../../../../registry-app/src/tls/certificates.ts'
import { loadCertificate } from '../../../../registry-app/src/tls/load-certificate.ts'
import { first } from '../../tls/support/certificates.ts'
import { type TrialServer, type TrialServerOptions, trialServer } from './trial-server.ts'

export interface SecureServerOptions extends TrialServerOptions {
  http2?: boolean
  clientAuth?: ClientAuth
  context?: SecureContextOptions
  certificates?: Partial<Certificates>
  host?: string
}

export interface SecureServer extends TrialServer {
  /** From now on, this is shown; `undefined`: none. */
  serve(pair: PemPair | undefined): void
}

/** The same on a TLS port, with the certificate `first`. */
export async function secureServer(options: SecureServerOptions = {}): Promise<SecureServer> {
  const { http2 = true, clientAuth = 'no-client-cert', context = {}, host } = options
  let served = loadCertificate(first, context) as ReturnType<typeof loadCertificate> | undefined
  const certificates: Certificates = {
    find: () => served,
    all: () => (served ? [served.facts] : []),
    reload: async () => {},
    stop: () => {},
    ...options.certificates,
  }
  const protocols = { tls: { certificates, context, clientAuth }, http2, host }
  const server = await trialServer({ ...options, server: { ...options.server, protocols } })
  return {
    ...server,
    serve(pair) {
      served = pair && loadCertificate(pair, context)
    },
  }
}
