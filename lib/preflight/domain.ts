import { bad, good, lacking, skipped } from '../doctor/probe.ts'
import type { Check, Surroundings } from './check.ts'

/** The zone that others find: without it no record that is made there leads anywhere, and no certificate is given. */
export const delegation: Check = {
  name: 'zone',
  async ask({ domain }, surroundings) {
    if (domain === undefined) return skipped('the file names no domain')
    const [zone, servers] = (await delegated(domain, surroundings)) ?? []
    if (zone === undefined || servers === undefined) return bad(`nobody is in charge of ${domain}: no zone above it has name servers`)
    return good(`${zone} is delegated to ${servers.join(', ')}`)
  },
}

export const resolution: Check = {
  name: 'name',
  async ask({ domain, dns }, { resolve }) {
    if (domain === undefined) return skipped('the file names no domain')
    const wanted = dns?.addresses ?? []
    const found = await resolve(domain).catch(() => [])
    if (found.length === 0) {
      if (dns !== undefined && dns.by !== 'manual') return good(`${domain} leads nowhere yet; the deployment makes the records`)
      return lacking(
        `${domain} leads nowhere: make its records before a certificate is asked for${wanted.length > 0 ? `, to ${wanted.join(', ')}` : ''}`,
      )
    }
    const others = found.filter(address => wanted.length > 0 && !wanted.includes(address))
    if (others.length > 0) return lacking(`${domain} leads to ${others.join(', ')}, which the file does not name`)
    return good(`${domain} leads to ${found.join(', ')}`)
  },
}

/** The nearest zone at or above the name; a top-level domain is nobody's own. */
async function delegated(domain: string, { nameServers }: Surroundings): Promise<[string, readonly string[]] | undefined> {
  const labels = domain.split('.')
  for (let first = 0; first < labels.length - 1; first++) {
    const zone = labels.slice(first).join('.')
    const servers = await nameServers(zone).catch(() => [])
    if (servers.length > 0) return [zone, servers]
  }
  return undefined
}
