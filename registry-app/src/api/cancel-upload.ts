import type { Context } from './context.ts'
import type { Reply } from './reply.ts'
import { openUpload } from './upload-reply.ts'

/** end-14: `DELETE <location of an upload>` (OCI distribution specification, "Cancel a blob upload"). */
export async function cancelUpload(context: Context): Promise<Reply> {
  await context.registry.uploads.cancel(openUpload(context), { signal: context.signal })
  return { status: 204 }
}
