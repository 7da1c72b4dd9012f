import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudSecurityGroupAttributes {
  /** At most 15 letters and digits. */
  readonly group_name: string
  readonly availability_zone: string
}

/** `nifcloud_security_group`: a firewall. Nothing gets in without a rule; without a rule for that, everything gets out. */
export class NifcloudSecurityGroup extends PlainResource<NifcloudSecurityGroupAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudSecurityGroupAttributes>) {
    super(scope, id, 'nifcloud_security_group', props)
  }
}

export interface NifcloudSecurityGroupRuleAttributes {
  readonly security_group_names: readonly string[]
  readonly type: 'IN' | 'OUT'
  readonly protocol: 'TCP' | 'UDP'
  readonly from_port: number
  readonly to_port: number
  readonly cidr_ip: string
}

/** `nifcloud_security_group_rule`. */
export class NifcloudSecurityGroupRule extends PlainResource<NifcloudSecurityGroupRuleAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudSecurityGroupRuleAttributes>) {
    super(scope, id, 'nifcloud_security_group_rule', props)
  }
}
