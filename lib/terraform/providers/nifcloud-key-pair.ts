import type { Construct } from 'constructs'
import { PlainResource, type PlainResourceProps } from './plain-resource.ts'

export interface NifcloudKeyPairAttributes {
  /** 6 to 32 letters and digits. */
  readonly key_name: string
  /** The line of a .pub file, in base64 once more. */
  readonly public_key: string
}

/** `nifcloud_key_pair`: the public half of one. */
export class NifcloudKeyPair extends PlainResource<NifcloudKeyPairAttributes> {
  constructor(scope: Construct, id: string, props: PlainResourceProps<NifcloudKeyPairAttributes>) {
    super(scope, id, 'nifcloud_key_pair', props)
  }
}
