import type { HeaderFields, Query, S3Bucket } from '../../s3/bucket.ts'
import { unsignedPayload } from '../../s3/sign-v4.ts'

export interface PresignedRequest {
  readonly method: string
  /** @default - the bucket itself */
  readonly key?: string
  readonly query?: Query
  /** They are signed, and must be sent. */
  readonly headers?: HeaderFields
  /** When the signature was made, as seconds from now: negative for the past. */
  readonly since: number
  /** Seconds from then on. */
  readonly validFor: number
}

/** A URL for any request and any time, which no client of a registry ever needs. */
export async function presignedRequest(
  bucket: S3Bucket,
  { method, key, query = {}, headers = {}, since, validFor }: PresignedRequest,
): Promise<URL> {
  const { credentials, signer, date } = await bucket.identity()
  const { origin, host, virtualBucket, pathOf } = bucket.endpoint()
  const path = pathOf(key)
  const unsigned = { method, host, path, virtualBucket, query, headers, payload: unsignedPayload }
  return new URL(`${origin}${path}?${signer.presign(unsigned, credentials, new Date(date.getTime() + since * 1000), validFor)}`)
}
