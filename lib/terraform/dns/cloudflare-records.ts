import type { Construct } from 'constructs'
import { CloudflareDnsRecord } from '../providers/cloudflare-dns-record.ts'
import { CloudflareProvider } from '../providers/cloudflare-provider.ts'
import { addressRecords, type RecordsProps } from './records.ts'

/** Without Cloudflare's proxy: it takes no bodies above 100 MB, and layers are larger. */
export function makeCloudflareRecords(scope: Construct, props: RecordsProps<'cloudflare'>): void {
  const { domain, dns } = props
  new CloudflareProvider(scope)
  for (const { type, id, addresses } of addressRecords(props)) {
    for (const [index, content] of addresses.entries()) {
      new CloudflareDnsRecord(scope, `${id}-${index}`, {
        attributes: { zone_id: dns.zoneId, name: domain, type, ttl: dns.ttl, content, proxied: false },
      })
    }
  }
}
