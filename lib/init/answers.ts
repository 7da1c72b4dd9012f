/** What an environment's file is made of; what is absent was not told. */
export interface Answers {
  readonly engine?: string
  readonly storage?: string
  /** The name of a preset, or `other`. */
  readonly provider?: string
  readonly account?: string
  readonly endpoint?: string
  readonly region?: string
  readonly signingVersion?: string
  readonly bucket?: string
  readonly existing?: boolean
  /** Empty: there is none. */
  readonly domain?: string
  /** The Docker engine. */
  readonly host?: string
}
