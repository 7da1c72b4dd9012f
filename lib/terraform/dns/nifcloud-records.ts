import type { Construct } from 'constructs'
import { NifcloudDnsRecord } from '../providers/nifcloud-dns-record.ts'
import { NifcloudProvider } from '../providers/nifcloud-provider.ts'
import { addressRecords, nameIn, type RecordsProps } from './records.ts'

export function makeNifcloudRecords(scope: Construct, props: RecordsProps<'nifcloud'>): void {
  const { domain, dns } = props
  new NifcloudProvider(scope, {})
  const name = nameIn(dns.zone, domain, '@', domain)
  for (const { type, id, addresses } of addressRecords(props)) {
    for (const [index, record] of addresses.entries()) {
      new NifcloudDnsRecord(scope, `${id}-${index}`, {
        attributes: { zone_id: dns.zone, name, type, ttl: dns.ttl, record },
      })
    }
  }
}
