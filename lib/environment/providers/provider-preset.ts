import type { AddressingStyle, SigningVersion } from '../../../registry-app/src/s3/options.ts'

/** What is known of one provider's S3 API, before anybody has asked it. The doctor asks. */
export interface ProviderPreset {
  /** How an environment and the command line call it, such as `cloudflare-r2`. */
  readonly name: string

  /** How it calls itself. */
  readonly title: string

  /**
   * The host of its S3 API, with `{region}` and `{account}` where they stand.
   *
   * @default - whoever runs the server knows where it is
   */
  readonly endpoint?: string

  /** The hosts of regions that the pattern does not fit. @default - none */
  readonly exceptions?: Readonly<Record<string, string>>

  /** What `{account}` is, and where a person finds it. Present where `endpoint` names it. */
  readonly account?: string

  /** The registry finds the endpoint from the region: none needs to be written down. @default - it is written down */
  readonly endpointImplied?: true

  /** The regions that are known here, by the name that a signature takes. There may be newer ones. Empty: the server's own setting says. */
  readonly regions: readonly string[]

  /** The signing versions that it takes; the one to use stands first. */
  readonly signing: readonly [SigningVersion, ...SigningVersion[]]

  /** The addressing styles that it takes; the one to use stands first. */
  readonly addressing: readonly [AddressingStyle, ...AddressingStyle[]]

  readonly supports: Readonly<Record<Feature, Support>>

  /** All parts of a multipart upload but the last must have one size. The registry cuts them so everywhere. @default - they may differ */
  readonly equalParts?: true

  /** How many parts a multipart upload may have. @default 10000 */
  readonly maxParts?: number

  /** The part size in bytes to configure, where the registry's default does not do. @default - the registry's */
  readonly chunkSize?: number

  /** Objects have no access control lists, and a request that sets one may be refused. @default - the usual `private` */
  readonly withoutAcl?: true

  /** The release that this project's own tests run against; they hold this preset against what the doctor finds. @default - it was never tried */
  readonly tried?: string

  /** What else a person should know, a sentence each. */
  readonly notes: readonly string[]

  /** Where the provider documents its S3 API. */
  readonly documentation: string
}

export type { AddressingStyle, SigningVersion }

/** Unknown where no document was found that says so: the doctor's answer counts. */
export type Support = 'yes' | 'no' | 'unknown'

/** What the registry makes use of where it is there. Without one of them it does the same by more requests, or not at all. */
export const features = ['listV1', 'listV2', 'multiDelete', 'copy', 'partCopy', 'conditionalPut', 'presignedUrls', 'lifecycle'] as const

export type Feature = (typeof features)[number]
