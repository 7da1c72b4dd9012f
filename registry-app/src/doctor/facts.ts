import type { AddressingStyle, SigningVersion } from '../s3/options.ts'

/** What has been found out of a store so far. What is absent was not asked yet, or could not be. */
export interface Facts {
  /** Its `Server` header. */
  readonly server?: string
  /** Those that it takes, the one to use first. */
  readonly signing?: readonly SigningVersion[]
  readonly addressing?: readonly AddressingStyle[]
  /** What signatures must name, where that is not what was configured. */
  readonly region?: string
  readonly listV1?: boolean
  readonly listV2?: boolean
  /** The signing versions by which presigned URLs work. */
  readonly presigned?: readonly SigningVersion[]
  /** The key of an object of several parts, to be copied from. */
  readonly large?: string
  /** Objects may be given an access control list. */
  readonly acl?: boolean
  /** It takes nothing without the MD5. */
  readonly contentMd5?: true
  /** Old versions stay when objects are deleted. */
  readonly versioned?: boolean
}
