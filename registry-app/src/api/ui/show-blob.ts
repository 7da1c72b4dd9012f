import { parseDigest } from '../../registry/digest.ts'
import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import { immutable } from '../validators.ts'

/** A config, a bill of materials, a signature. Bytes. */
const largest = 32 * 1024 * 1024

/**
 * `GET /v2/<name>/_bucket-registry/ui/blob/<digest>`: the same as end-2, but never a redirect to the store, which a page that may connect to its own origin alone
 * cannot follow. Nothing large, since that would pass through here.
 */
export async function showBlob({ registry, params, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const digest = parseDigest(params.digest)
  const blob = await registry.blobs.open(name, digest, { signal })
  if (!blob) throw new RegistryError('BLOB_UNKNOWN', { digest })
  if (blob.size > largest) {
    await blob.close()
    throw new RegistryError(
      'SIZE_INVALID',
      { size: blob.size, allowed: `at most ${largest} bytes; larger ones are at blobs/${digest}` },
      { status: 413 },
    )
  }
  tell?.({ action: 'pull', object: 'blob', name, digest, size: blob.size })
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': blob.size,
    'docker-content-digest': digest,
    ...immutable(digest),
  }
  return { status: 200, headers, body: blob.body }
}
