import { isIPv4 } from 'node:net'
import type { CdktfEnvironment } from '../../environment/environment.ts'

export type Dns = NonNullable<CdktfEnvironment['dns']>

/** What each way of making records is given. */
export interface RecordsProps<Way extends Dns['by'] = Dns['by']> {
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

/** As zone files have them, a line each. */
export function zoneLines({ domain, dns }: Pick<RecordsProps, 'domain' | 'dns'>): string {
  return addressRecords(dns)
    .flatMap(({ type, addresses }) => addresses.map(address => `${domain}. ${dns.ttl} IN ${type} ${address}`))
    .join('\n')
}
