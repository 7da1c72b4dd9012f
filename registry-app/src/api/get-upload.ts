import type { Context } from './context.ts'
import type { Reply } from './reply.ts'
import { openUpload, uploadHeaders } from './upload-reply.ts'

/** end-13: `GET <location of an upload>`: how far it has come (OCI distribution specification, "Pushing a blob in chunks"). */
export async function getUpload(context: Context): Promise<Reply> {
  return { status: 204, headers: uploadHeaders(context, openUpload(context)) }
}
