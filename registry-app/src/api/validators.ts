import type { Digest } from '../registry/digest.ts'
import type { ApiRequest } from './context.ts'

/**
 * What lies under a digest never changes: a year, as long as caches care. For the one who asked: a cache that many share and that heeds no
 * Authorization would show it to those who may not pull.
 */
export const immutable = (digest: Digest) => ({ etag: `"${digest}"`, 'cache-control': 'private, max-age=31536000' })

/** What a tag names can change at any time: a cache has to ask each time. */
export const changing = (digest: Digest) => ({ etag: `"${digest}"`, 'cache-control': 'private, no-cache' })

/** Whether the client has these bytes already (RFC 9110, section 13.1.2). */
export function isUnmodified({ headers }: ApiRequest, digest: Digest): boolean {
  const tags = headers['if-none-match']
  if (tags === undefined) return false
  return tags.split(',').some(tag => tag.trim() === '*' || tag.trim().replace(/^W\//, '').replaceAll('"', '') === digest)
}
