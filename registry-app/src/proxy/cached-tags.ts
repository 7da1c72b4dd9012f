import { asTag, type Name, type Tag } from '../registry/name.ts'
import type { Tags } from '../registry/tags.ts'
import type { CallOptions } from '../storage/driver.ts'
import { readBounded } from './read-bounded.ts'
import { untilSettled } from './until-settled.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { clientError, servesStale, UpstreamError } from './upstream-error.ts'

/** A page of tags, in bytes: those of the largest repositories come in one of some hundred KB. */
const pageLimit = 4 * 1024 * 1024
/** How many tags are asked for at once, and how often. */
const pageSize = 1000
const mostPages = 100
/** Of a list that has no end, in pages however large. */
const mostTags = 500_000
const patience = 60_000

/** The tags of an upstream's repository as it lists them; those that are kept, where it does not answer. */
export function cachedTags(tags: Tags, placeOf: (name: Name) => Place<UpstreamClient> | undefined): Tags {
  async function page({ upstream, path }: Place<UpstreamClient>, last: string, call?: CallOptions): Promise<Page> {
    const query = new URLSearchParams({ n: String(pageSize), ...(last === '' ? {} : { last }) })
    const signal = AbortSignal.timeout(patience)
    const read = async () => {
      const answer = await upstream.ask({
        method: 'GET',
        path,
        what: `tags/list?${query}`,
        accept: 'application/json',
        kind: 'manifest',
        signal,
      })
      const content = await readBounded(answer, pageLimit, `${upstream.label}: the list of the tags of ${path}`)
      return { tags: tagsIn(content, upstream.label), more: answer.headers.link !== undefined }
    }
    return untilSettled(read(), call?.signal)
  }

  async function* list(place: Place<UpstreamClient>, name: Name, last: string, call?: CallOptions): AsyncGenerator<string> {
    let at = last
    let next: Page
    try {
      next = await page(place, at, call)
    } catch (error) {
      if (servesStale(error)) return yield* tags.list(name, last, call)
      if (error instanceof UpstreamError) return
      throw error
    }
    let left = mostTags
    for (let pages = 1; ; pages += 1) {
      // Whatever order it has: what does not come after the last one was told already, or is there to keep us busy.
      const fresh = next.tags.filter(tag => tag > at).toSorted()
      yield* fresh.slice(0, left)
      left -= fresh.length
      at = fresh.at(-1) ?? at
      if (!next.more || fresh.length === 0 || pages === mostPages || left <= 0) return
      next = await page(place, at, call).catch(error => {
        throw clientError(error, 'MANIFEST_UNKNOWN', { name })
      })
    }
  }

  return {
    ...tags,
    list(name, last, call) {
      const place = placeOf(name)
      return place ? list(place, name, last, call) : tags.list(name, last, call)
    },
  }
}

interface Page {
  readonly tags: readonly Tag[]
  readonly more: boolean
}

/** Those that can be tags here. */
function tagsIn(content: Buffer, label: string): Tag[] {
  let json: { tags?: unknown } = {}
  try {
    json = Object(JSON.parse(content.toString()))
  } catch (cause) {
    throw new UpstreamError('wrong', `${label} lists its tags in what is no JSON`, { cause })
  }
  const { tags } = json
  return Array.isArray(tags) ? tags.flatMap(each => (typeof each === 'string' ? (asTag(each) ?? []) : [])) : []
}
