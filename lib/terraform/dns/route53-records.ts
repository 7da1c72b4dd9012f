import type { Construct } from 'constructs'
import { AwsProvider } from '../providers/aws-provider.ts'
import { Route53Record } from '../providers/route53-record.ts'
import { addressRecords, type RecordsProps } from './records.ts'

export function makeRoute53Records(scope: Construct, props: RecordsProps<'route53'>): void {
  const { domain, dns } = props
  // Route 53 is one for all regions, and its provider asks for one all the same.
  new AwsProvider(scope, { region: 'us-east-1' })
  for (const { type, id, addresses } of addressRecords(props)) {
    new Route53Record(scope, id, { attributes: { zone_id: dns.zoneId, name: domain, type, ttl: dns.ttl, records: addresses } })
  }
}
