import type { DeletedRepository } from '../../ui/restorables.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { rangeOf } from './page-of.ts'
import { administers, restoresIn, uiOf } from './ui-of.ts'

const page = { usual: 25, most: 50 }

/**
 * `GET /v2/<name>/_bucket-registry/ui/restore`: what was removed from a repository and can be restored, the youngest first: when, by whom or by which rule, until when,
 * and its size; with `repository` where that was deleted as a whole. `from`, `n`: the page.
 *
 * Costs 50 lists at most, once in 15 seconds, a read for each of 100 tags that were moved, and three requests for each entry of the page.
 */
export async function showRestorable(context: Context): Promise<Reply> {
  const { params, signal } = context
  const { name } = params
  const ui = uiOf(context)
  const { from, count } = rangeOf(context, page)
  const found = await ui.restorables.of(name, { from, count }, { signal })
  const mayKnow = restoresIn(context, name) || administers(context)
  return json({
    name,
    restorable: restoresIn(context, name),
    undoFor: ui.undoFor,
    from,
    total: found.total,
    cut: found.cut,
    repository: found.whole && shown(found.whole, mayKnow),
    entries: found.page.map(({ tag, digest, size, rule, gone, taken, partOf, ...each }) => ({
      ...{ tag, digest, size, rule, gone, taken, partOf },
      ...shown(each, mayKnow),
    })),
  })
}

const repositoriesPage = { usual: 50, most: 100 }

/**
 * `GET /v2/_bucket-registry/ui/restore`: repositories that were deleted as a whole and can be restored, of those that whoever asks may see; the youngest first.
 * `from`, `n`: the page.
 *
 * Costs 25 lists at most, once in 15 seconds, and a read for each entry of the page.
 */
export async function showDeletedRepositories(context: Context): Promise<Reply> {
  const { caller, signal } = context
  const ui = uiOf(context)
  const { from, count } = rangeOf(context, repositoriesPage)
  const found = await ui.restorables.repositories(name => caller?.sees(name) ?? true, { from, count }, { signal })
  return json({
    undoFor: ui.undoFor,
    from,
    total: found.total,
    cut: found.cut,
    entries: found.page.map(each => {
      const restorable = restoresIn(context, each.name)
      return { name: each.name, restorable, ...shown(each, restorable || administers(context)) }
    }),
  })
}

/** Who has deleted it is told to those who may restore it, and to those who see who did what anyway. */
const shown = (each: Pick<DeletedRepository, 'removed' | 'until' | 'by'> & Partial<DeletedRepository>, mayKnow: boolean) => ({
  tags: each.tags,
  manifests: each.manifests,
  removed: new Date(each.removed).toISOString(),
  until: new Date(each.until).toISOString(),
  by: mayKnow ? each.by : undefined,
})
