import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface DnsRecordSetAttributes {
  /** With a dot at its end. */
  readonly zone: string
  /** Within the zone. @default - the zone's own name */
  readonly name?: string
  readonly addresses: readonly string[]
  readonly ttl: number
}

/** `dns_a_record_set` and `dns_aaaa_record_set`. */
export class DnsRecordSet extends PlainResource<DnsRecordSetAttributes> {
  constructor(scope: Construct, id: string, type: 'A' | 'AAAA', props: PlainResourceProps<DnsRecordSetAttributes>) {
    super(scope, id, `dns_${type.toLowerCase()}_record_set`, props)
  }
}
