import type { S3Bucket } from './bucket.ts'
import { unsignedPayload } from './sign-v4.ts'

/** Version 4 allows no more than a week. */
const longest = 7 * 24 * 3600

/**
 * A URL by which anybody may fetch the object until it expires, which it never does later than the credentials that signed it.
 *
 * @param expiresIn seconds
 * @param options `endpoint`: another name of the same store, which clients can reach; the signature is made for that one
 */
export async function presign(
  bucket: S3Bucket,
  method: 'GET' | 'HEAD',
  key: string,
  expiresIn: number,
  options: { endpoint?: string | undefined } = {},
): Promise<URL> {
  const { credentials, signer, date } = await bucket.identity()
  const { origin, host, virtualBucket, pathOf } = bucket.endpoint(options.endpoint)
  const left = credentials.expiration ? Math.floor((credentials.expiration.getTime() - date.getTime()) / 1000) : longest
  const seconds = Math.max(1, Math.min(expiresIn, left, longest))
  const request = { method, host, path: pathOf(key), virtualBucket, query: {}, headers: {}, payload: unsignedPayload }
  return new URL(`${origin}${request.path}?${signer.presign(request, credentials, date, seconds)}`)
}
