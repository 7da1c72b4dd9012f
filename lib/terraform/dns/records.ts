import { isIPv4 } from 'node:net'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { Fn, Op, Token } from '../tf.ts'

export type Dns = NonNullable<CdktfEnvironment['dns']>

/** What each way of making records is given. */
export interface RecordsProps<Way extends Dns['by'] = Dns['by']> {
  /** The name of the records: as it is, or as Terraform's template. */
  readonly domain: string
  readonly dns: Extract<Dns, { by: Way }>
}

export interface AddressRecord {
  readonly type: 'A' | 'AAAA'
  /** The record's address in the state, which must never change. */
  readonly id: 'ipv4' | 'ipv6'
  readonly addresses: readonly string[]
}

/** The kinds of records that there are to make. */
export function addressRecords({ addresses }: Pick<Dns, 'addresses'>): readonly AddressRecord[] {
  const all: readonly AddressRecord[] = [
    { type: 'A', id: 'ipv4', addresses: addresses.filter(isIPv4) },
    { type: 'AAAA', id: 'ipv6', addresses: addresses.filter(address => !isIPv4(address)) },
  ]
  return all.filter(record => record.addresses.length > 0)
}

/** What a record is called: `apex` where the domain is the zone itself, else `inZone`. */
export const nameIn = (zone: string, domain: string, apex: string | null, inZone: string): string =>
  // Told apart by Terraform: the name is a variable's.
  Token.asString(Fn.conditional(Op.eq(domain, zone), apex, inZone))

/** As zone files have them, a line each. */
export function zoneLines({ domain, dns }: Pick<RecordsProps, 'domain' | 'dns'>): string {
  return addressRecords(dns)
    .flatMap(({ type, addresses }) => addresses.map(address => `${domain}. ${dns.ttl} IN ${type} ${address}`))
    .join('\n')
}
