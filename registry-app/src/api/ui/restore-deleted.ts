import { parseReference } from '../../registry/name.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

/**
 * `POST /v2/<name>/_bucket-registry/ui/restore/<reference>`: brings back a tag, or a manifest with its tags, that was deleted or that retention has removed, while its
 * time is not over (`policy.undo`). A push like any other, of bytes that are still here.
 */
export async function restoreDeleted({ registry, params, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const { digest, tags } = await registry.undo.restore(name, parseReference(params.reference), { signal })
  for (const tag of tags.length > 0 ? tags : [undefined]) tell?.({ action: 'push', object: 'manifest', name, digest, tag })
  return json({ name, digest, tags })
}
