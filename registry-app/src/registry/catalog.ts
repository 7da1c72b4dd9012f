import { singleFlight } from '../concurrency/single-flight.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { inLexicalOrder } from './lexical-order.ts'
import type { Name } from './name.ts'
import { newRepositoriesPath, newRepositoryPath, repositoriesPath } from './paths.ts'

/** The names of all repositories. */
export interface Catalog {
  /** Those after `last`, in lexical order. */
  names(last: string, options?: CallOptions): AsyncIterable<string>
  /** Something was pushed to it: every replica lists it from now on. */
  added(name: Name, options?: CallOptions): Promise<void>
  /** Takes away notes of new repositories that every replica has seen for itself. */
  tidy(options?: CallOptions): Promise<void>
}

/** A full page of a listing. A shorter one that has a successor was cut for what lies below the names. */
const fullPage = 1_000

/** How long a remembered walk is good for. What others than our replicas push is seen after this at the latest. Milliseconds. */
const walkEvery = 5 * 60_000

/** How far the clocks of two replicas may be apart. Milliseconds. */
const clockSkew = 60_000

/** Of how many repositories a process remembers that they are known. */
const mostSeen = 10_000

/**
 * Stores that fold what lies below a name, as AWS does, list a thousand repositories by one request. Others (MinIO) count every key below: there one
 * walk is remembered, and each replica notes the repositories that it pushed to first, so that the others need to ask for those notes only.
 */
export function catalog(driver: StorageDriver, now: () => Date): Catalog {
  const time = () => now().getTime()
  const seen = new Set<string>()
  let folds: boolean | undefined = driver.remote ? undefined : true
  let walk: Walk | undefined

  const stored = (last: string, options?: CallOptions) =>
    inLexicalOrder(driver, { prefix: repositoriesPath, delimiter: '/_', last }, options)

  const doesFold = async (options?: CallOptions) => {
    for await (const { objects, prefixes, more } of driver.list(repositoriesPath, { ...options, delimiter: '/_' })) {
      return !more || objects.length + prefixes.length >= fullPage
    }
    return true
  }

  const walked = singleFlight(async () => {
    const at = time()
    const names = await Array.fromAsync(stored(''))
    walk = { found: new Set(names), names, at }
    return walk
  })

  async function remembered(options?: CallOptions): Promise<readonly string[]> {
    const current = walk && time() - walk.at < walkEvery ? walk : await walked()
    const noted = new Set<string>()
    const since = newRepositoriesPath + stamp(current.at - clockSkew)
    for await (const { objects } of driver.list(newRepositoriesPath, { ...options, startAfter: since })) {
      for (const { key } of objects) noted.add(key.slice(newRepositoriesPath.length + stampLength + 1))
    }
    const added = [...noted].filter(name => current.names[firstNotBefore(current.names, name)] !== name)
    // A list of its own: somebody may be reading the old one.
    if (added.length > 0) current.names = [...current.names, ...added].sort()
    return current.names
  }

  return {
    async *names(last, options) {
      folds ??= await doesFold(options)
      if (folds) yield* stored(last, options)
      else {
        const all = await remembered(options)
        const start = firstNotBefore(all, last)
        yield* all.slice(all[start] === last ? start + 1 : start)
      }
    },

    async added(name, options) {
      if (folds || seen.has(name) || walk?.found.has(name)) return
      await driver.put(newRepositoryPath(stamp(time()), name), Buffer.alloc(0), options)
      if (seen.size >= mostSeen) seen.clear()
      seen.add(name)
    },

    async tidy(options) {
      const until = newRepositoriesPath + stamp(time() - walkEvery - 2 * clockSkew)
      for await (const { objects } of driver.list(newRepositoriesPath, options)) {
        const old = objects.map(({ key }) => key).filter(key => key < until)
        await driver.delete(old, options)
        if (old.length < objects.length) return
      }
    },
  }
}

/** What one look at the whole store found. */
interface Walk {
  readonly found: ReadonlySet<string>
  /** These, and those of which notes have been seen since, in lexical order. */
  names: readonly string[]
  readonly at: number
}

/** The place of the first name that does not sort before this one; `sorted` must be. */
function firstNotBefore(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < name) low = middle + 1
    else high = middle
  }
  return low
}

/** Milliseconds since 1970, of a length that sorts. */
const stamp = (milliseconds: number) => String(Math.max(0, milliseconds)).padStart(stampLength, '0')
const stampLength = 15
