import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudDnsRecordAttributes {
  /** A zone's id is its name. */
  readonly zone_id: string
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly ttl: number
  readonly record: string
}

/** `nifcloud_dns_record`: one value. */
export class NifcloudDnsRecord extends PlainResource<NifcloudDnsRecordAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudDnsRecordAttributes>) {
    super(scope, id, 'nifcloud_dns_record', props)
  }
}
