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
export async function showBlob({ registry, request, params, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const digest = parseDigest(params.digest)
  const opened = request.method === 'HEAD' ? undefined : await registry.blobs.open(name, digest, { signal })
  const blob = request.method === 'HEAD' ? await registry.blobs.offer(name, digest, { signal }) : opened
  if (!blob) throw new RegistryError('BLOB_UNKNOWN', { digest })
  const { size } = blob
  if (size > largest) {
    await opened?.close()
    const allowed = `at most ${largest} bytes; larger ones are at blobs/${digest}`
    throw new RegistryError('SIZE_INVALID', { size, allowed }, { status: 413 })
  }
  tell?.({ action: 'pull', object: 'blob', name, digest, size })
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'docker-content-digest': digest,
    ...immutable(digest),
  }
  return { status: 200, headers, ...(opened && { body: opened.body, close: opened.close }) }
}
