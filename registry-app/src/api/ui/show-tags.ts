import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { choiceOf, pageOf } from './page-of.ts'
import { cacheOf, deletesIn, restoresIn, uiOf } from './ui-of.ts'

const page = { usual: 50, most: 100 }

/**
 * `GET /v2/<name>/_bucket-registry/ui/tags`: tags with their times and what they name; `q`, `sort` (name or pushed), `order`, `from` and `n` as for repositories.
 *
 * Costs 25 lists at most, once in 15 seconds, and a read for each tag of the page that has ever named another manifest.
 */
export async function showTags(context: Context): Promise<Reply> {
  const { registry, request, params, signal } = context
  const { name } = params
  const ui = uiOf(context)
  const { tags, cut } = await ui.tags.of(name, { signal })
  if (tags.length === 0 && !(await registry.repositories.has(name, { signal }))) throw new RegistryError('NAME_UNKNOWN', { name })
  const wanted = (request.query.get('q') ?? '').slice(0, 128).toLowerCase()
  const found = tags.filter(({ tag }) => tag.toLowerCase().includes(wanted))
  if (choiceOf(context, 'sort', ['name', 'pushed']) === 'pushed') found.sort((a, b) => a.pushed - b.pushed)
  const { from, total, page: shown } = pageOf(context, found, page)
  const digests = await ui.tags.digestsOf(name, shown, { signal })
  const { summary } = await ui.summaries.current()
  const known = summary?.repositories.find(each => each.name === name)
  return json({
    name,
    asOf: known && summary && new Date(summary.at).toISOString(),
    bytes: known?.bytes,
    manifests: known?.manifests,
    deletable: deletesIn(context, name),
    collects: ui.collects,
    undoFor: ui.undoFor,
    restorable: restoresIn(context, name),
    cache: cacheOf(context, name),
    from,
    total,
    cut,
    tags: shown.map(({ tag, pushed }, index) => ({ tag, pushed: new Date(pushed).toISOString(), digest: digests[index] })),
  })
}
