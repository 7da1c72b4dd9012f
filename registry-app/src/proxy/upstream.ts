import type { Name } from '../registry/name.ts'

/** A registry whose content is cached here, as the configuration has it. */
export interface Upstream {
  /** As the log and the metrics call it: its prefix, or its host. */
  readonly label: string
  /** The beginning of the names of its repositories here; empty: every name that is no other upstream's. */
  readonly prefix: string
  /** Where its API is: what stands before `/v2/`. */
  readonly url: URL
  /** What stands in place of the prefix there; empty: nothing. */
  readonly path: string
  /** Whether names of one part are below `library/` there. */
  readonly library: boolean
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Hosts, with their port unless that is 443, that may hand out its tokens, besides those that are always (`trusted-realm.ts`). */
  readonly trustedRealms: readonly string[]
}

/** A repository of this registry that is one of another. */
export interface Place<Of = Upstream> {
  readonly upstream: Of
  /** Its name there. */
  readonly path: string
}

/** Which repositories are whose: the longest prefix counts. @returns `undefined` for those that are this registry's own */
export function placesOf<Of extends Upstream>(upstreams: readonly Of[]): (name: Name) => Place<Of> | undefined {
  const longestFirst = upstreams.toSorted((a, b) => b.prefix.length - a.prefix.length)
  return name => {
    const upstream = longestFirst.find(({ prefix }) => prefix === '' || name.startsWith(`${prefix}/`))
    return upstream && { upstream, path: pathOf(name, upstream) }
  }
}

/** Every part of it comes from a name that was checked, or from the configuration. */
function pathOf(name: Name, { prefix, path, library }: Upstream): string {
  const rest = prefix === '' ? name : name.slice(prefix.length + 1)
  const whole = path === '' ? rest : `${path}/${rest}`
  return library && !whole.includes('/') ? `library/${whole}` : whole
}
