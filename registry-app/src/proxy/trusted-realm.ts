import type { Upstream } from './upstream.ts'

/** Upstreams that everybody knows to have their tokens elsewhere. */
const known: Readonly<Record<string, readonly string[]>> = {
  'registry-1.docker.io': ['auth.docker.io'],
  'index.docker.io': ['auth.docker.io'],
}

/**
 * Where tokens of an upstream may be asked for, with its name and password: where the upstream itself says, if that is its own host, the domain right above
 * it (`gitlab.com` for `registry.gitlab.com`: whoever has that has the other too), one that is known, or one that the configuration names. Whoever can answer for the
 * upstream could else collect the password by naming a host of his own.
 *
 * By https, or as the upstream itself is asked.
 *
 * @returns `undefined` if it may not
 */
export function trustedRealm(realm: string, { url, trustedRealms }: Pick<Upstream, 'url' | 'trustedRealms'>): URL | undefined {
  const asked = URL.parse(realm)
  if (!asked || asked.username || asked.password || asked.hash) return undefined
  if (asked.protocol !== 'https:' && asked.protocol !== url.protocol) return undefined
  if (asked.protocol !== 'https:' && asked.protocol !== 'http:') return undefined
  const { hostname } = asked
  const trusted =
    hostname === url.hostname ||
    (hostname.includes('.') && url.hostname === `${url.hostname.split('.')[0]}.${hostname}`) ||
    (known[url.hostname]?.includes(asked.host) ?? false) ||
    trustedRealms.includes(asked.host)
  return trusted ? asked : undefined
}
