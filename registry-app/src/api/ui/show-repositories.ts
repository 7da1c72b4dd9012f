import type { Name } from '../../registry/name.ts'
import { listRepositories, repositoriesIn } from '../../ui/listed-repositories.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { choiceOf, pageOf } from './page-of.ts'
import { administers, uiOf } from './ui-of.ts'

const page = { usual: 100, most: 1000 }

/** Longer than any name. */
const longestSearch = 256

/**
 * `GET /v2/_bucket-registry/ui/repositories`: those that whoever asks may see, with their sizes and last pushes, as of the last summary.
 *
 * `q`: words that the name has · `under`: only names that begin so · `fold=true`: what is deeper than one level taken together · `sort`: name, size or pushed ·
 * `order`: asc or desc · `from`, `n`: the page. Costs one request to the store a minute at most, whatever is asked.
 */
export async function showRepositories(context: Context): Promise<Reply> {
  const { registry, request, caller } = context
  const { summaries, activity, version, caches } = uiOf(context)
  const { summary, building, problem } = await summaries.current()
  const sees = (name: string) => caller?.sees(name) ?? true
  const all = repositoriesIn(summary, activity.changes())
  const sort = choiceOf(context, 'sort', ['name', 'size', 'pushed'])
  const entries = listRepositories(all, {
    sees,
    wanted: (request.query.get('q') ?? '').slice(0, longestSearch),
    under: (request.query.get('under') ?? '').slice(0, longestSearch),
    folded: choiceOf(context, 'fold', ['false', 'true']) === 'true',
    sort,
  })
  const { from, total, page: shown } = pageOf(context, entries, page)
  return json({
    asOf: summary && new Date(summary.at).toISOString(),
    building,
    problem,
    you: { name: caller?.name, administers: administers(context) },
    version,
    from,
    total,
    caches,
    entries: shown.map(entry => ({
      ...entry,
      pushed: entry.pushed && new Date(entry.pushed).toISOString(),
      cached: 'name' in entry && registry.repositories.comesFrom(entry.name as Name) ? true : undefined,
    })),
  })
}
