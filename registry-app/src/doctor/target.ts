import type { AddressingStyle, S3Options, SigningVersion } from '../s3/options.ts'

/** The bucket that is asked, as somebody configured it. */
export interface Target extends Pick<S3Options, 'amazon' | 'contentMd5' | 'encryption' | 'skipVerify'> {
  readonly bucket: string
  readonly region: string
  /** @default - Amazon S3 in the region */
  readonly endpoint?: string | undefined
  /** Whether an endpoint without a scheme is spoken to by TLS. */
  readonly secure: boolean
  /** As the configuration says; it then must work. @default - what the store takes */
  readonly signing?: SigningVersion | undefined
  /** Likewise. */
  readonly addressing?: AddressingStyle | undefined
  /** The registry's `rootdirectory`, without slashes around it. Keys may be allowed below it only. */
  readonly root: string
  /** What is stored for the examination lies in a folder of its own below this one; ends with a slash. @default - `root` */
  readonly folder?: string | undefined
  /** Certificates in PEM that are trusted as well. */
  readonly ca?: string | undefined
}
