import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudElasticIpAttributes {
  /** Whether it is an address of the private network. */
  readonly ip_type: boolean
  readonly availability_zone: string
}

/** `nifcloud_elastic_ip`: an address that stays when its server is made anew. */
export class NifcloudElasticIp extends PlainResource<NifcloudElasticIpAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudElasticIpAttributes>) {
    super(scope, id, 'nifcloud_elastic_ip', props)
  }
}
