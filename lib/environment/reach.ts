import type { CdkEnvironment, CdktfEnvironment } from './environment.ts'

type Certificate = NonNullable<CdktfEnvironment['certificate']>
type Auth = NonNullable<CdktfEnvironment['auth']>

type DockerHost = Partial<Pick<CdktfEnvironment['host'], 'port' | 'redirectPort' | 'swarm'>>

/** What of an environment says how the registry is reached. An instance on AWS publishes nothing. */
export type Reachable = Partial<Pick<CdktfEnvironment, 'domain' | 'certificate' | 'auth'>> & {
  readonly host?: DockerHost | CdkEnvironment['host']
}

export interface Reach {
  readonly certificate: Certificate
  readonly auth: Auth
  /** The port that clients name, and who gets there; absent: none is published. */
  readonly port?: { readonly number: number; readonly loopback: boolean }
  /** The port of plain HTTP that leads to the other. */
  readonly redirectPort?: number
}

/** How whoever has a password proves it to the registry: a key of its `auth`. Absent: nobody has to. */
export const wayOf = ({ by }: Auth): 'htpasswd' | 'local' | undefined =>
  by === 'none' ? undefined : by === 'tokens' ? 'local' : 'htpasswd'

/** Fills in what an environment does not say about how the registry is reached, and by whom. */
export function reach({ domain, certificate: given, auth, host: of = {} }: Reachable): Reach {
  const host = 'instanceType' in of ? {} : of
  const certificate = given ?? (domain === undefined ? { by: 'none' } : { by: 'letsencrypt' })
  const { by } = certificate
  const tls = by === 'letsencrypt' || by === 'files' || by === 'self-signed'
  const port = portOf(certificate, host)
  return {
    certificate,
    auth: auth ?? (tls || by === 'proxy' || host.swarm ? { by: 'password', user: 'docker' } : { by: 'none' }),
    ...(port === undefined ? {} : { port }),
    ...(tls && port && (port.number === 443 || by === 'letsencrypt') ? { redirectPort: host.redirectPort ?? 80 } : {}),
  }
}

function portOf(certificate: Certificate, { port, swarm }: DockerHost): Reach['port'] {
  switch (certificate.by) {
    case 'letsencrypt':
    case 'files':
    case 'self-signed':
      return { number: port ?? 443, loopback: false }
    case 'proxy':
      // Those that find the registry by themselves do so in a network of the engine.
      return certificate.proxy === 'other' ? { number: port ?? 5000, loopback: true } : undefined
    case 'none':
      // A Swarm publishes on every address or not at all.
      return swarm ? undefined : { number: port ?? 5000, loopback: true }
  }
}
