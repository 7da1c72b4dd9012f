import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudInstanceAttributes {
  /** At most 15 letters and digits. */
  readonly instance_id: string
  readonly availability_zone: string
  readonly image_id: string
  readonly instance_type: string
  /** `2`: by the hour. */
  readonly accounting_type: '1' | '2'
  readonly key_name: string
  readonly security_group: string
  /** A script that root runs at the first start. */
  readonly user_data: string
  readonly network_interface: readonly {
    readonly network_id: 'net-COMMON_GLOBAL' | 'net-COMMON_PRIVATE'
    /** An elastic IP. @default - whatever the network gives */
    readonly ip_address?: string
  }[]
}

/** `nifcloud_instance`: a server. */
export class NifcloudInstance extends PlainResource<NifcloudInstanceAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudInstanceAttributes>) {
    super(scope, id, 'nifcloud_instance', props)
  }
}
