import type { Digest } from '../registry/digest.ts'
import type { ApiRequest } from './context.ts'

/** What lies under a digest never changes: a year, as long as caches care. */
export const immutable = (digest: Digest) => ({ etag: `"${digest}"`, 'cache-control': 'max-age=31536000' })

/** Whether the client has these bytes already (RFC 9110, section 13.1.2). */
export function isUnmodified({ headers }: ApiRequest, digest: Digest): boolean {
  const tags = headers['if-none-match']
  if (tags === undefined) return false
  return tags.split(',').some(tag => tag.trim() === '*' || tag.trim().replace(/^W\//, '').replaceAll('"', '') === digest)
}
