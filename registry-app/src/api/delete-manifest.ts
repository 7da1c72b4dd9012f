import { RegistryError } from '../registry/errors.ts'
import { parseReference } from '../registry/name.ts'
import type { Context } from './context.ts'
import { empty, type Reply } from './reply.ts'

/** end-9: `DELETE /v2/<name>/manifests/<reference>` (OCI distribution specification, "Deleting tags" and "Deleting Manifests"). */
export async function deleteManifest({ registry, params, caller, tell, signal }: Context): Promise<Reply> {
  const { name } = params
  const reference = parseReference(params.reference)
  const deleted = await registry.manifests.delete(name, reference, { signal, by: caller?.name })
  if (!deleted) throw new RegistryError('MANIFEST_UNKNOWN', { name, reference: params.reference })
  if (reference.digest) tell?.({ action: 'delete', object: 'manifest', name, digest: reference.digest })
  for (const tag of deleted.tags) tell?.({ action: 'delete', object: 'tag', name, tag })
  return empty(202)
}
