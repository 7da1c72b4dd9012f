import type { CdkEnvironment, CdktfEnvironment } from './environment.ts'

type DockerCertificate = NonNullable<CdktfEnvironment['certificate']>
type Certificate = DockerCertificate | NonNullable<CdkEnvironment['certificate']>
type Auth = NonNullable<CdktfEnvironment['auth']>

type DockerHost = Partial<Pick<CdktfEnvironment['host'], 'port' | 'redirectPort' | 'swarm'>>

/** What of an environment says how the registry is reached. */
export type Reachable = Partial<Pick<CdktfEnvironment, 'domain' | 'auth'>> & {
  readonly certificate?: Certificate | undefined
  readonly host?: DockerHost | CdkEnvironment['host']
  readonly network?: Pick<CdkEnvironment['network'], 'vpc'>
}

/** The same on a Docker engine. */
type ReachableThere = Reachable & { readonly certificate?: DockerCertificate | undefined; readonly host?: DockerHost }

export interface Reach<C extends Certificate = Certificate> {
  readonly certificate: C
  readonly auth: Auth
  /** The port that clients name, and who gets there: `loopback`, whoever is on the host; absent: none is published. */
  readonly port?: { readonly number: number; readonly loopback: boolean }
  /** The port of plain HTTP that leads to the other. */
  readonly redirectPort?: number
}

/** How whoever has a password proves it to the registry: a key of its `auth`. Absent: nobody has to. */
export const wayOf = ({ by }: Auth): 'htpasswd' | 'local' | undefined =>
  by === 'none' ? undefined : by === 'tokens' ? 'local' : 'htpasswd'

/** Fills in what an environment does not say about how the registry is reached, and by whom. */
export function reach(environment: ReachableThere): Reach<DockerCertificate>
export function reach(environment: Reachable): Reach
export function reach({ domain, certificate: given, auth, host: of = {} }: Reachable): Reach {
  const onAws = 'kind' in of
  const host = onAws ? {} : of
  const certificate = given ?? (domain === undefined ? { by: 'none' } : { by: onAws && of.kind === 'fargate' ? 'acm' : 'letsencrypt' })
  const { by } = certificate
  const tls = by === 'letsencrypt' || by === 'files' || by === 'self-signed'
  const port = portOf(certificate, host)
  return {
    certificate,
    auth: auth ?? (tls || by === 'proxy' || host.swarm || onAws ? { by: 'password', user: 'docker' } : { by: 'none' }),
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
    case 'acm':
    case 'import':
      // A load balancer has it, and finds the registry at its own port.
      return { number: 443, loopback: false }
    case 'none':
      // A Swarm publishes on every address or not at all.
      return swarm ? undefined : { number: port ?? 5000, loopback: true }
  }
}
