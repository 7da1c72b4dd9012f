import { inParallel } from '../concurrency/in-parallel.ts'
import { asDigest, type Digest } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import { fallbackTag } from '../registry/fallback-tag.ts'
import { parseManifest } from '../registry/manifest-content.ts'
import { manifestLimit } from '../registry/manifest-store.ts'
import type { Manifests } from '../registry/manifests.ts'
import { mediaTypes } from '../registry/media-types.ts'
import type { Name } from '../registry/name.ts'
import type { Referrer, Referrers } from '../registry/referrers.ts'
import type { CallOptions } from '../storage/driver.ts'
import { readBounded } from './read-bounded.ts'
import { untilSettled } from './until-settled.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamError } from './upstream-error.ts'

const patience = 60_000
const breadth = 4
/** Manifests that are fetched because a fallback tag names them. */
const mostListed = 100

/**
 * What refers to a manifest, as its upstream says it; what is kept does, where the upstream does not answer. One that knows no such question, as many do not, has a
 * tag in place of it: what that names is fetched then, since a client that is answered here does not look for it.
 *
 * @param manifests the cached ones
 */
export function cachedReferrers(
  referrers: Referrers,
  manifests: Pick<Manifests, 'get'>,
  placeOf: (name: Name) => Place<UpstreamClient> | undefined,
): Referrers {
  async function ask({ upstream, path }: Place<UpstreamClient>, subject: Digest): Promise<Referrer[]> {
    const signal = AbortSignal.timeout(patience)
    const what = `referrers/${subject}`
    const answer = await upstream.ask({ method: 'GET', path, what, accept: mediaTypes.ociIndex, kind: 'manifest', signal })
    return referrersIn(await readBounded(answer, manifestLimit, `${upstream.label}: what refers to ${path}@${subject}`), upstream.label)
  }

  async function fetchListed(name: Name, subject: Digest, call?: CallOptions): Promise<void> {
    const index = await manifests.get(name, { tag: fallbackTag(subject) }, call)
    const listed = index ? parseManifest(index.content, undefined).manifests.slice(0, mostListed) : []
    await inParallel(listed, breadth, ({ digest }) => manifests.get(name, { digest }, call))
  }

  /** @returns `undefined` where the upstream does not say: then what is kept does */
  async function askedOf(place: Place<UpstreamClient>, name: Name, subject: Digest, call?: CallOptions): Promise<Referrer[] | undefined> {
    try {
      return await untilSettled(ask(place, subject), call?.signal)
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      if (error.failure === 'unknown') await fetchListed(name, subject, call).catch(unlessRefused)
      return undefined
    }
  }

  return {
    ...referrers,
    async *list(name, subject, last, call) {
      const place = placeOf(name)
      const told = place && (await askedOf(place, name, subject, call))
      if (told) yield* told.filter(({ digest }) => digest > last)
      else yield* referrers.list(name, subject, last, call)
    },
  }
}

/** There is no such tag, or it names something else: then it lists nothing. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof RegistryError)) throw error
}

/** In order of their digests. */
function referrersIn(content: Buffer, label: string): Referrer[] {
  let json: { manifests?: unknown } = {}
  try {
    json = Object(JSON.parse(content.toString()))
  } catch (cause) {
    throw new UpstreamError('wrong', `${label} lists referrers in what is no JSON`, { cause })
  }
  const entries = Array.isArray(json.manifests) ? json.manifests.flatMap(each => referrer(Object(each)) ?? []) : []
  return entries.sort((a, b) => (a.digest < b.digest ? -1 : 1))
}

function referrer(entry: Record<string, unknown>): Referrer | undefined {
  const { mediaType, size, artifactType, annotations } = entry
  const digest = typeof entry.digest === 'string' ? asDigest(entry.digest) : undefined
  if (!digest || typeof mediaType !== 'string' || typeof size !== 'number') return undefined
  const notes = Object.entries(Object(annotations)).filter((note): note is [string, string] => typeof note[1] === 'string')
  return {
    mediaType,
    digest,
    size,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(notes.length > 0 ? { annotations: Object.fromEntries(notes) } : {}),
  }
}
