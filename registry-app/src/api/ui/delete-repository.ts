import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import { empty, type Reply } from '../reply.ts'
import { uiOf } from './ui-of.ts'

/** `DELETE /v2/<name>/_bucket-registry/ui/repository`: all of its tags, manifests and links of blobs. */
export async function deleteRepository(context: Context): Promise<Reply> {
  const { registry, params, caller, tell, signal } = context
  const { name } = params
  const deleted = await registry.repositories.delete(name, { signal, by: caller?.name })
  if (!deleted) throw new RegistryError('NAME_UNKNOWN', { name })
  for (const digest of deleted.manifests) tell?.({ action: 'delete', object: 'manifest', name, digest })
  for (const tag of deleted.tags) tell?.({ action: 'delete', object: 'tag', name, tag })
  uiOf(context).activity.gone(name)
  return empty(202)
}
