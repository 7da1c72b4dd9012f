import { parseAddress } from '../config/address.ts'
import type { Config } from '../config/schema/config.ts'
import { type Challenges, type RedirectOptions, startRedirectServer } from '../http/redirect-server.ts'
import type { RunningServer } from '../http/server.ts'
import type { TlsOptions } from '../http/tls-server.ts'
import type { Log } from '../ops/log.ts'
import { watchExpiry } from '../tls/watch-expiry.ts'

type Limits = Pick<RedirectOptions, 'timeouts' | 'maxConnections' | 'maxHeaderSize' | 'log' | 'clock'>

export interface RunningRegistry extends RunningServer {
  /** Looks for new certificates now (SIGHUP). */
  reload(): Promise<void>
}

export interface CertificateSurroundings {
  http: Config['http']
  tls: TlsOptions
  limits: Limits
  log: Log
  now: () => Date
  /** What ACME servers look for at the redirecting address, by token. */
  challenges: Challenges
  /** `/healthz` and `/readyz`. */
  pages: RedirectOptions['pages']
}

/** What a server with TLS has beside it: somebody who watches the certificates, and an address that leads plain HTTP here. */
export async function withCertificates(server: RunningServer, surroundings: CertificateSurroundings): Promise<RunningRegistry> {
  const { http, tls, limits, log, now, challenges, pages } = surroundings
  const { addr } = http.redirect
  const redirecting =
    addr === undefined
      ? undefined
      : await startRedirectServer({
          listen: parseAddress(addr).listen,
          host: http.host,
          port: portOf(server),
          challenges,
          pages,
          ...limits,
        })
  const unwatch = watchExpiry(tls.certificates, log, now)
  return {
    addresses: [...server.addresses, ...(redirecting?.addresses ?? [])],
    reload: () => tls.certificates.reload(),
    async stop(drainTimeout) {
      unwatch()
      tls.certificates.stop()
      const [cut] = await Promise.all([server.stop(drainTimeout), redirecting?.stop(drainTimeout)])
      return cut
    },
  }
}

/** A URL without a port has the usual one; whoever is behind a unix socket, too. */
const portOf = ({ addresses: [first = ''] }: RunningServer) => Number(URL.parse(first)?.port || 443)
