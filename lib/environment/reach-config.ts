import { loadBalancerIdle } from './aws/load-balancer-idle.ts'
import { madeVpcRange } from './aws/vpc-range.ts'
import { type Reach, type Reachable, reach, wayOf } from './reach.ts'

/** Where the registry listens for plain HTTP beside TLS, on its host. */
export const redirectPort = 5080

/** Where a host puts secrets, one a file. */
export const secretsFolder = '/run/registry'

/**
 * What config.yml says about how the registry is reached, as far as an environment's file tells it.
 *
 * Names and secrets that Terraform's variables carry go over it at the deployment (lib/terraform/certificate, first-user.ts).
 */
export function reachConfig(environment: Reachable): { http: Record<string, unknown>; auth?: Record<string, unknown> } {
  const { auth, redirectPort: redirected } = reach(environment)
  return {
    http: { ...certificateConfig(environment), ...(redirected === undefined ? {} : { redirect: { addr: `:${redirectPort}` } }) },
    ...authConfig(auth),
  }
}

function authConfig(auth: Reach['auth']): { auth?: Record<string, unknown> } {
  const way = wayOf(auth)
  if (way === undefined) return {}
  return { auth: { [way]: way === 'htpasswd' ? { realm: 'Registry' } : {} } }
}

function certificateConfig(environment: Reachable): Record<string, unknown> {
  const { domain = 'localhost' } = environment
  const { certificate } = reach(environment)
  switch (certificate.by) {
    case 'letsencrypt': {
      const { email, directoryUrl: directoryurl, authority: cacert, eab: binding } = certificate
      const eab = binding && { kid: binding.kid, hmackey: binding.hmacKey }
      const given = Object.entries({ email, directoryurl, cacert, eab }).filter(([, value]) => value !== undefined)
      return { tls: { letsencrypt: { hosts: [domain], ...Object.fromEntries(given) } } }
    }
    case 'files': {
      const { folder, certificate: chain = `live/${domain}/fullchain.pem`, key = `live/${domain}/privkey.pem` } = certificate
      return { tls: { certificate: `${folder}/${chain}`, key: `${folder}/${key}` } }
    }
    case 'self-signed':
      return { tls: { certificate: `${secretsFolder}/tls.crt`, key: `${secretsFolder}/tls.key` } }
    case 'proxy':
      return { host: `https://${domain}` }
    case 'acm':
    case 'import':
      return behindLoadBalancer(domain, environment)
    case 'none':
      return {}
  }
}

function behindLoadBalancer(domain: string, { network }: Reachable): Record<string, unknown> {
  return {
    host: `https://${domain}`,
    // Were the registry's patience the shorter, a request could be sent to a connection that it is just closing.
    timeouts: { idle: `${loadBalancerIdle + 60}s` },
    trustedproxies: [network?.vpc?.cidr ?? madeVpcRange],
  }
}
