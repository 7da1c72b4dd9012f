import { createHash } from 'node:crypto'
import { unsignedPayload } from './sign-v4.ts'

/** The SHA-256 of nothing. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** What is hashed where nothing else protects it: links, manifests, lists of keys. More than this is a layer, which every client checks by its digest. */
const small = 64 * 1024

/**
 * What version 4 says of a body (`x-amz-content-sha256`): the hash that the caller knows, or that it is not signed, since TLS protects it.
 * Without TLS a small one is hashed here, so that nobody on the way can point a tag at something else.
 */
export function payloadOf(body: readonly Uint8Array[], contentSha256: string | undefined, secure: boolean): string {
  const length = body.reduce((sum, piece) => sum + piece.length, 0)
  if (length === 0) return emptyHash
  if (contentSha256 !== undefined) return contentSha256
  if (secure || length > small) return unsignedPayload
  const hash = createHash('sha256')
  for (const piece of body) hash.update(piece)
  return hash.digest('hex')
}
