import type { Recent } from '../../ui/activity.ts'
import { repositoriesIn } from '../../ui/listed-repositories.ts'
import type { Summary } from '../../ui/summary.ts'
import type { Ui } from '../../ui/ui.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { administers, uiOf } from './ui-of.ts'

const mostListed = 25
const mostLargest = 20

/**
 * `GET /v2/_bucket-registry/ui/storage`: bytes by repository and over time, and what happened last, of what whoever asks may see; to those who may `administer` every
 * repository also what the registry is as a whole: garbage, requests and their cost, certificates, health.
 *
 * Costs the read of the summary once in a minute, in five minutes a list and a read for each other process (`ui/all-requests.ts`), and what `/readyz` asks the store.
 */
export async function showStorage(context: Context): Promise<Reply> {
  const { caller } = context
  const ui = uiOf(context)
  const { summary, building, problem } = await ui.summaries.current()
  const sees = (name: string) => caller?.sees(name) ?? true
  const isWhole = administers(context)
  const seen = repositoriesIn(summary, ui.activity.changes()).filter(({ name }) => sees(name))
  const iso = (time: number | undefined) => time && new Date(time).toISOString()
  return json({
    asOf: iso(summary?.at),
    building,
    problem,
    repositories: seen.length,
    largest: seen
      .map(({ name, bytes = 0 }) => ({ name, bytes }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, mostLargest),
    history: (summary?.history ?? []).map(({ day, bytes, largest }) => ({
      day,
      bytes: isWhole ? bytes : undefined,
      largest: largest.filter(([name]) => sees(name)),
    })),
    recent: recentOf(summary, ui)
      .filter(({ name }) => sees(name))
      .slice(0, mostListed)
      .map(({ at, by, ...rest }) => ({ ...rest, at: iso(at), by: isWhole ? by : undefined })),
    whole: isWhole ? await wholeOf(summary, ui) : undefined,
  })
}

async function wholeOf(summary: Summary | undefined, { requests, prices, health, certificates, collects, version }: Ui) {
  return {
    version,
    ...(summary && { stored: summary.whole, unlinked: summary.unlinked, collection: summary.collection }),
    collects,
    requests: await requests.total().then(total => ({ ...total, since: new Date(total.since).toISOString() })),
    prices,
    health: await health(),
    certificates: certificates(),
  }
}

/** What this process saw, and the tags that the storage shows to have been pushed last, by whichever process. */
function recentOf(summary: Summary | undefined, { activity }: Ui): Recent[] {
  const own = activity.recent()
  const known = new Set(own.map(({ name, reference }) => `${name}:${reference}`))
  const stored = (summary?.pushed ?? []).filter(({ name, tag }) => !known.has(`${name}:${tag}`))
  const others = stored.map(({ name, tag, at }) => ({ at, action: 'push' as const, name, reference: tag, by: undefined }))
  return [...own, ...others].sort((a, b) => b.at - a.at)
}
