import { parseDigest } from '../../registry/digest.ts'
import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { deletesIn, restoresIn, uiOf } from './ui-of.ts'

/**
 * `GET /v2/<name>/_bucket-registry/ui/sharing/<digest>`: what a manifest has in common with others of its repository, and what would go with it.
 *
 * Costs what `ui/sharing.ts` bounds: 5 lists of manifests and 25 of tags, and 733 reads at most, of which a later answer makes only those that are new.
 */
export async function showSharing(context: Context): Promise<Reply> {
  const { registry, params, signal } = context
  const { name } = params
  const ui = uiOf(context)
  const digest = parseDigest(params.digest)
  const found = await ui.sharing(name, digest, { signal })
  if (!found) throw new RegistryError('MANIFEST_UNKNOWN', { name, reference: digest })
  return json({
    ...found,
    deletable: deletesIn(context, name),
    collects: ui.collects,
    undoFor: ui.undoFor,
    restorable: restoresIn(context, name),
    cached: registry.repositories.comesFrom(name) !== undefined,
  })
}
