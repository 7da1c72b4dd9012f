import { parseDigest } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import type { Reply } from './reply.ts'
import { chunkOf, inOrder, openUpload, uploadedBlob } from './upload-reply.ts'

/** end-6: `PUT <location of an upload>&digest=<digest>`, with the blob, its last chunk, or nothing more (OCI distribution specification, "Pushing blobs"). */
export async function finishUpload(context: Context): Promise<Reply> {
  const { registry, request, tell, signal } = context
  const state = openUpload(context)
  const claimed = request.query.get('digest')
  if (claimed === null) throw new RegistryError('DIGEST_INVALID', { reason: 'the closing PUT needs ?digest=' })
  const digest = parseDigest(claimed)
  return inOrder(context, async () => {
    const chunk = chunkOf(context, state)
    const { size } = await registry.uploads.finish(state, digest, request.body.empty ? undefined : chunk, { signal })
    tell?.({ action: 'push', object: 'blob', name: state.name, digest, size })
    return uploadedBlob(context, digest)
  })
}
