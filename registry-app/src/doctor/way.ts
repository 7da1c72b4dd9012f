import type { AddressingStyle, SigningVersion } from '../s3/options.ts'
import type { Target } from './target.ts'

/** How a store is spoken to. */
export interface Way {
  readonly signing: SigningVersion
  readonly addressing: AddressingStyle
  readonly region: string
  /** Tells it the MD5 of what is uploaded. */
  readonly contentMd5: boolean
}

/** Amazon's own endpoints would rather have the bucket in the host's name; of all others, every one takes it in the path. */
export const defaultAddressing = ({ endpoint, bucket }: Target): AddressingStyle =>
  endpoint === undefined && !bucket.includes('.') ? 'virtual' : 'path'
