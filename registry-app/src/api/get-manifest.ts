import { RegistryError } from '../registry/errors.ts'
import { parseReference } from '../registry/name.ts'
import type { Context } from './context.ts'
import { notModified, type Reply } from './reply.ts'
import { changing, immutable, isUnmodified } from './validators.ts'

/**
 * end-3: `GET` and `HEAD /v2/<name>/manifests/<reference>` (OCI distribution specification, "Pulling manifests").
 *
 * Whatever the client accepts: an existing manifest must be answered with itself, and its Content-Type tells what it is.
 */
export async function getManifest({ registry, request, params, tell, signal }: Context): Promise<Reply> {
  const reference = parseReference(params.reference)
  const manifest = await registry.manifests.get(params.name, reference, { signal })
  if (!manifest) throw new RegistryError('MANIFEST_UNKNOWN', { name: params.name, reference: params.reference })
  const { digest, mediaType, content } = manifest
  // Also for a HEAD, by which most clients look up a tag before they ask for the digest, and for who has it already: it is in use.
  registry.pulls.note(params.name, digest, reference.tag)
  const caching = reference.digest ? immutable(digest) : changing(digest)
  const headers = { 'content-type': mediaType, 'docker-content-digest': digest, ...caching }
  if (isUnmodified(request, digest)) return notModified(headers)
  tell?.({ action: 'pull', object: 'manifest', name: params.name, digest, tag: reference.tag, mediaType, size: content.length, content })
  return { status: 200, headers: { ...headers, 'content-length': content.length }, body: content }
}
