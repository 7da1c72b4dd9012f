import { parseReference } from '../../registry/name.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

/**
 * `POST /v2/<name>/_bucket-registry/ui/restore/<reference>`: brings back a tag, or a manifest with its tags, that was deleted or that retention has removed, while its
 * time is not over (`policy.undo`). A push like any other, of bytes that are still here.
 */
export async function restoreDeleted({ registry, params, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const { digest, tags, others } = await registry.undo.restore(name, parseReference(params.reference), { signal })
  for (const each of others) tell?.({ action: 'push', object: 'manifest', name, digest: each })
  for (const tag of tags.length > 0 ? tags : [undefined]) tell?.({ action: 'push', object: 'manifest', name, digest, tag })
  return json({ name, digest, tags, others })
}

const mostFailed = 100

/**
 * `POST /v2/<name>/_bucket-registry/ui/restore`: brings back all that was deleted with a repository as a whole, and says what could not come back, and why.
 */
export async function restoreRepository({ registry, params, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const { manifests, failed } = await registry.undo.restoreRepository(name, { signal })
  for (const { digest, tags } of manifests)
    for (const tag of tags.length > 0 ? tags : [undefined]) tell?.({ action: 'push', object: 'manifest', name, digest, tag })
  const tags = manifests.reduce((sum, each) => sum + each.tags.length, 0)
  return json({ name, tags, manifests: manifests.length, notRestored: failed.length, failed: failed.slice(0, mostFailed) })
}
