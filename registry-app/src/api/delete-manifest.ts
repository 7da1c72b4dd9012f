import { RegistryError } from '../registry/errors.ts'
import { parseReference } from '../registry/name.ts'
import type { Context } from './context.ts'
import { empty, type Reply } from './reply.ts'

/** end-9: `DELETE /v2/<name>/manifests/<reference>` (OCI distribution specification, "Deleting tags" and "Deleting Manifests"). */
export async function deleteManifest({ registry, params, signal }: Context): Promise<Reply> {
  const deleted = await registry.manifests.delete(params.name, parseReference(params.reference), { signal })
  if (!deleted) throw new RegistryError('MANIFEST_UNKNOWN', { name: params.name, reference: params.reference })
  return empty(202)
}
