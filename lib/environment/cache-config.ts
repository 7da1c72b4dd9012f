import type { Environment } from './environment.ts'
import type { RegistryConfig } from './registry-config.ts'

export type CacheUpstream = Environment['cache'][number]

/** The registry's `proxy` section; nothing where nothing is cached. */
export function cacheConfig(cache: readonly CacheUpstream[]): RegistryConfig {
  if (cache.length === 0) return {}
  const [whole] = cache.filter(({ prefix }) => prefix === undefined)
  const upstreams = belowPrefixes(cache).map(upstream => ({ prefix: upstream.prefix, ...section(upstream) }))
  return { proxy: { ...(whole ? section(whole) : {}), ...(upstreams.length === 0 ? {} : { upstreams }) } }
}

/** Of one upstream, the variable of the registry that gives a key: `username` or `password`. */
export function cacheVariable(cache: readonly CacheUpstream[], upstream: CacheUpstream, key: 'USERNAME' | 'PASSWORD'): string {
  const place = upstream.prefix === undefined ? '' : `UPSTREAMS_${belowPrefixes(cache).indexOf(upstream)}_`
  return `REGISTRY_PROXY_${place}${key}`
}

const belowPrefixes = (cache: readonly CacheUpstream[]) => cache.filter(({ prefix }) => prefix !== undefined)

function section(upstream: CacheUpstream): RegistryConfig {
  const { url, path, trustedRealms } = upstream
  const user = 'user' in upstream ? upstream.user : undefined
  return {
    remoteurl: url,
    ...(path === undefined || upstream.prefix === undefined ? {} : { path }),
    ...(user === undefined ? {} : { username: user }),
    ...(trustedRealms.length === 0 ? {} : { trustedrealms: trustedRealms }),
  }
}
