import type { Construct } from 'constructs'
import { AwsProvider } from '../providers/aws-provider.ts'
import { Route53Record } from '../providers/route53-record.ts'
import { addressRecords, type RecordsProps } from './records.ts'

export function makeRoute53Records(scope: Construct, { domain, dns }: RecordsProps<'route53'>): void {
  // Route 53 is one for all regions, and its provider asks for one all the same.
  new AwsProvider(scope, { region: 'us-east-1' })
  for (const { type, id, addresses } of addressRecords(dns)) {
    new Route53Record(scope, id, { attributes: { zone_id: dns.zoneId, name: domain, type, ttl: dns.ttl, records: addresses } })
  }
}
