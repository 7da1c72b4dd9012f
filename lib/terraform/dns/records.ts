import { isIPv6 } from 'node:net'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { Fn, Op, Token } from '../tf.ts'

export type Dns = NonNullable<CdktfEnvironment['dns']>

/** What each way of making records is given. */
export interface RecordsProps<Way extends Dns['by'] = Dns['by']> {
  /** The name of the records: as it is, or as Terraform's template. */
  readonly domain: string
  readonly dns: Extract<Dns, { by: Way }>
  /** Where they lead, as Terraform's template: an address of IPv4. @default - to the addresses in the file */
  readonly hostAddress?: string | undefined
}

export interface AddressRecord {
  readonly type: 'A' | 'AAAA'
  /** The record's address in the state, which must never change. */
  readonly id: 'ipv4' | 'ipv6'
  readonly addresses: readonly string[]
}

/** The kinds of records that there are to make. */
export function addressRecords({ dns, hostAddress }: Pick<RecordsProps, 'dns' | 'hostAddress'>): readonly AddressRecord[] {
  const addresses = dns.addresses ?? (hostAddress === undefined ? [] : [hostAddress])
  const all: readonly AddressRecord[] = [
    { type: 'A', id: 'ipv4', addresses: addresses.filter(address => !isIPv6(address)) },
    { type: 'AAAA', id: 'ipv6', addresses: addresses.filter(isIPv6) },
  ]
  return all.filter(record => record.addresses.length > 0)
}

/** What a record is called: `apex` where the domain is the zone itself, else `inZone`. */
export const nameIn = (zone: string, domain: string, apex: string | null, inZone: string): string =>
  // Told apart by Terraform: the name is a variable's.
  Token.asString(Fn.conditional(Op.eq(domain, zone), apex, inZone))

/** As zone files have them, a line each. */
export function zoneLines(props: Pick<RecordsProps, 'domain' | 'dns' | 'hostAddress'>): string {
  const { domain, dns } = props
  return addressRecords(props)
    .flatMap(({ type, addresses }) => addresses.map(address => `${domain}. ${dns.ttl} IN ${type} ${address}`))
    .join('\n')
}
