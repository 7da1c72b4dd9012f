import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface Route53RecordAttributes {
  readonly zone_id: string
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly ttl: number
  readonly records: readonly string[]
}

/** `aws_route53_record`: all values of one name and type. */
export class Route53Record extends PlainResource<Route53RecordAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<Route53RecordAttributes>) {
    super(scope, id, 'aws_route53_record', props)
  }
}
