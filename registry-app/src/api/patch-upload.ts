import type { Context } from './context.ts'
import { empty, type Reply } from './reply.ts'
import { chunkOf, inOrder, openUpload, uploadHeaders } from './upload-reply.ts'

/** end-5: `PATCH <location of an upload>` (OCI distribution specification, "Pushing a blob in chunks"). */
export async function patchUpload(context: Context): Promise<Reply> {
  const { registry, request, signal } = context
  const state = openUpload(context)
  return inOrder(context, async () => {
    const chunk = chunkOf(context, state)
    const grown = request.body.empty ? state : await registry.uploads.append(state, chunk, { signal })
    return empty(202, uploadHeaders(context, grown))
  })
}
