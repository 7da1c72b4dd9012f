import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface CloudflareDnsRecordAttributes {
  readonly zone_id: string
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly ttl: number
  readonly content: string
  readonly proxied: boolean
}

/** `cloudflare_dns_record`: one value. */
export class CloudflareDnsRecord extends PlainResource<CloudflareDnsRecordAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<CloudflareDnsRecordAttributes>) {
    super(scope, id, 'cloudflare_dns_record', props)
  }
}
