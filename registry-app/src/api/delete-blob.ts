import { parseDigest } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import { empty, type Reply } from './reply.ts'

/** end-10: `DELETE /v2/<name>/blobs/<digest>` (OCI distribution specification, "Deleting Blobs"). */
export async function deleteBlob({ registry, params, tell, signal }: Context): Promise<Reply> {
  const digest = parseDigest(params.digest)
  if (!(await registry.blobs.unlink(params.name, digest, { signal }))) throw new RegistryError('BLOB_UNKNOWN', { digest })
  tell?.({ action: 'delete', object: 'blob', name: params.name, digest })
  return empty(202, { 'docker-content-digest': digest })
}
