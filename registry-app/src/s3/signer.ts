import type { HeaderFields, Query } from './bucket.ts'
import type { Credentials } from './credentials.ts'

/** One way of proving to a store who is asking. */
export interface Signer {
  readonly version: 'v2' | 'v4'
  /** @returns the headers of the request and those that sign it, without `host` */
  sign(request: UnsignedRequest, credentials: Credentials, date: Date): HeaderFields
  /**
   * A URL's query that signs it until `expiresIn` seconds after `date`; whoever has the URL needs nothing else.
   *
   * @returns it encoded, the request's own parameters among it
   */
  presign(request: UnsignedRequest, credentials: Credentials, date: Date, expiresIn: number): string
}

export interface UnsignedRequest {
  method: string
  /** As in the `Host` header. */
  host: string
  /** As it will be sent, percent-encoded. */
  path: string
  /** The bucket, where it stands in the host's name and so not in the path. Never guessed from the host: an endpoint may begin with the same word. */
  virtualBucket?: string | undefined
  query: Query
  /** Names in lower case. All of them are signed, as far as the version signs headers. */
  headers: HeaderFields
  /** What version 4 says of the body: its SHA-256 in lower-case hex, or that it is not signed. */
  payload: string
}
