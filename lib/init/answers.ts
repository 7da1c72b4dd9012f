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
  /** The Docker engine; on AWS, what runs the registry. */
  readonly host?: string
  /** On AWS: the zone at Route 53 that the domain lies in, and its id where it is there. */
  readonly zone?: string
  readonly zoneId?: string
}
