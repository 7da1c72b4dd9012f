import { field } from './answer-fields.ts'
import type { CallOptions, HeaderFields, S3Bucket } from './bucket.ts'

export interface PutOptions extends CallOptions {
  /** SHA-256 in lower-case hex, if it is known: most stores check the bytes by it where version 4 signs. */
  contentSha256?: string | undefined
}

/**
 * Replaces an object whole.
 *
 * @param content must not change until the promise is settled
 * @throws S3Error with the code `BadDigest` or `XAmzContentSHA256Mismatch` if the store saw other bytes than were promised
 */
export async function putObject(
  bucket: S3Bucket,
  key: string,
  content: readonly Uint8Array[],
  options: PutOptions = {},
): Promise<{ etag: string | undefined }> {
  const { headers } = await bucket.send(putCall(bucket, key, content, options))
  return { etag: field(headers, 'etag') }
}

export function putCall(bucket: S3Bucket, key: string, content: readonly Uint8Array[], options: PutOptions, headers: HeaderFields = {}) {
  const { contentSha256, signal } = options
  return {
    operation: 'PutObject',
    method: 'PUT',
    key,
    headers: { ...bucket.newObject, ...headers },
    body: content,
    contentSha256,
    signal,
  } as const
}
