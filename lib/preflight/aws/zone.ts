import { bad, type Finding, good, lacking } from '../../../registry-app/src/doctor/probe.ts'
import { childrenOf, textOf, type XmlElement } from '../../../registry-app/src/s3/xml.ts'
import { reach } from '../../environment/reach.ts'
import { delegation } from '../domain.ts'
import type { AwsCheck } from './aws-check.ts'
import { AwsRefusal } from './refusal.ts'
import { stackResource } from './stack-resource.ts'

/** The zone that records are made in, and whether others find it: without that no certificate is ever given. */
export const zone: AwsCheck = {
  name: 'zone',
  async ask(environment, surroundings) {
    const { name, dns } = environment
    const { account } = surroundings
    if (dns?.by !== 'route53') return delegation.ask(environment, surroundings)
    const certified = reach(environment).certificate.by === 'acm'
    const id = dns.zoneId ?? (await stackResource(account, `registry-${name}-data`, 'Zone'))
    if (id === undefined) {
      const says = `the deployment makes ${dns.zone}, and prints the name servers that the zone above must name`
      return certified ? lacking(`${says}: until it does, the deployment waits for its certificate`) : good(says)
    }
    const found = await hostedZone(account, id)
    if (found === undefined) return bad(`there is no hosted zone ${id}: dns.zoneId must be that of ${dns.zone}`)
    if (found.name !== dns.zone) return bad(`the hosted zone ${id} is ${found.name}, and dns.zone is ${dns.zone}`)
    if (found.isPrivate) {
      return certified
        ? bad(`${dns.zone} is a private zone, in which no certificate can be validated: certificate: {by: import, arn: …}`)
        : good(`${dns.zone} is a private zone, whose records only its VPCs see`)
    }
    return delegated(dns.zone, found.servers, await surroundings.nameServers(dns.zone).catch(() => []), certified)
  },
}

/** Whether everybody's resolver is sent to the servers that have the records. */
function delegated(zone: string, servers: readonly string[], named: readonly string[], certified: boolean): Finding {
  const theirs = new Set(named.map(plainName))
  if (servers.some(server => theirs.has(server))) return good(`${zone} is delegated to Route 53`)
  const says =
    theirs.size === 0
      ? `nobody finds ${zone}: the zone above must name ${servers.join(', ')}`
      : `${zone} is delegated to ${[...theirs].join(', ')}, and not to ${servers.join(', ')}`
  return certified ? bad(`${says}; the deployment would wait for its certificate in vain`) : lacking(says)
}

interface HostedZone {
  readonly name: string
  readonly isPrivate: boolean
  readonly servers: readonly string[]
}

async function hostedZone(account: Parameters<typeof stackResource>[0], id: string): Promise<HostedZone | undefined> {
  try {
    const answer = await account.rest('ROUTE_53', 'GetHostedZone', `/2013-04-01/hostedzone/${id}`)
    const zone = only(answer, 'HostedZone')
    const config = zone && only(zone, 'Config')
    const servers = only(answer, 'DelegationSet')
    const list = servers && only(servers, 'NameServers')
    return {
      name: plainName((zone && textOf(zone, 'Name')) ?? ''),
      isPrivate: config !== undefined && textOf(config, 'PrivateZone') === 'true',
      servers: list ? childrenOf(list, 'NameServer').map(({ text }) => plainName(text)) : [],
    }
  } catch (cause) {
    if (cause instanceof AwsRefusal && cause.refusal.code === 'NoSuchHostedZone') return undefined
    throw cause
  }
}

const only = (element: XmlElement, name: string): XmlElement | undefined => childrenOf(element, name)[0]

const plainName = (name: string) => name.toLowerCase().replace(/\.$/, '')
