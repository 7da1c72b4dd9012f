import { bad, good, lacking, skipped } from '../../registry-app/src/doctor/probe.ts'
import type { Environment } from '../environment/environment.ts'
import { isPublicName } from '../environment/public-name.ts'
import { reach } from '../environment/reach.ts'
import type { Check, Names, Surroundings } from './check.ts'

/** The name of the deployment: the file's, unless a variable of Terraform's gives another. */
export const deployedDomain = (
  { engine, domain }: Pick<Environment, 'engine' | 'domain'>,
  { variables }: Pick<Surroundings, 'variables'>,
) => (domain === undefined ? undefined : (engine === 'cdktf' && variables.TF_VAR_domain) || domain)

/** Whether a public authority asks for the name; whoever has another certificate may have a name that only some know. */
function mustBePublic(environment: Environment): boolean {
  const { certificate } = reach(environment)
  return certificate.by === 'letsencrypt' && certificate.directoryUrl === undefined
}

/** The zone that others find: without it no record that is made there leads anywhere, and no certificate is given. */
export const delegation: Check<Environment> = {
  name: 'zone',
  async ask(environment, surroundings) {
    const domain = deployedDomain(environment, surroundings)
    if (domain === undefined) return skipped('the file names no domain')
    if (!isPublicName(domain)) return skipped(`${domain} is a private name, which no public zone has`)
    const { dns } = environment
    const [zone, servers = []] = (await delegated(domain, surroundings)) ?? []
    if (zone === undefined) {
      const says = `nobody is in charge of ${domain}: no zone above it has name servers`
      return mustBePublic(environment)
        ? bad(`${says}; register the domain, or have its zone delegated, before a certificate is asked for`)
        : lacking(`${says}. That is right for a name that only your own DNS or files know`)
    }
    const says = `${zone} is delegated to ${servers.join(', ')}`
    if (dns && 'zone' in dns && zone.endsWith(`.${dns.zone}`)) {
      return bad(`${says}: records in ${dns.zone} are not seen there. dns.zone must be ${zone}`)
    }
    return good(says)
  },
}

export const resolution: Check = {
  name: 'name',
  async ask(environment, surroundings) {
    const { dns } = environment
    const domain = deployedDomain(environment, surroundings)
    if (domain === undefined) return skipped('the file names no domain')
    const found = await addressesOf(domain, surroundings)
    const wanted = dns?.addresses ?? []
    if (found.length === 0) {
      if (dns !== undefined && dns.by !== 'manual') return good(`${domain} leads nowhere yet; the deployment makes the records`)
      const whither = wanted.length > 0 ? `, to ${wanted.join(', ')}` : ''
      if (isPublicName(domain)) return lacking(`${domain} leads nowhere: make its records before a certificate is asked for${whither}`)
      return lacking(`this machine does not know ${domain}: whoever uses it needs a record in your own DNS, or a line in /etc/hosts`)
    }
    const others = found.filter(address => wanted.length > 0 && !wanted.includes(address))
    if (others.length > 0) return lacking(`${domain} leads to ${others.join(', ')}, which the file does not name`)
    return good(`${domain} leads to ${found.join(', ')}`)
  },
}

/** Where a name leads: to everybody; or else, as this machine knows. */
export async function addressesOf(domain: string, { resolve, lookup }: Names): Promise<readonly string[]> {
  const none = () => []
  const found = isPublicName(domain) ? await resolve(domain).catch(none) : []
  return found.length > 0 ? found : lookup(domain).catch(none)
}

/** The nearest zone at or above the name; a top-level domain is nobody's own. */
async function delegated(domain: string, { nameServers }: Names): Promise<[string, readonly string[]] | undefined> {
  const labels = domain.split('.')
  for (let first = 0; first < labels.length - 1; first++) {
    const zone = labels.slice(first).join('.')
    const servers = await nameServers(zone).catch(() => [])
    if (servers.length > 0) return [zone, servers]
  }
  return undefined
}
