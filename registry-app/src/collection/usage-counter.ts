import type { Digest } from '../registry/digest.ts'
import { type Amount, isBelow, type Usage } from '../registry/usage.ts'
import { digestSet } from './digest-set.ts'
import type { Amounts } from './survey.ts'

/** Counts what repositories have while garbage collection looks at all links and then at all blobs, so that it costs no request. */
export interface UsageCounter {
  /** The repository has a link to it. @param byItsName not that of another algorithm's digest alone */
  linked(name: string, canonical: Digest, byItsName: boolean): void
  /** Its data is there; `undefined`: not any more. */
  stored(canonical: Digest, size: number | undefined): void
  total(at: number): Usage
  /** The same as the page has it (`survey.ts`), which knows of no other names. */
  amounts(): Amounts & { readonly bytesOf: (name: string) => number }
}

/**
 * A million links to a million blobs take some 100 MB, and 4 MB more for each prefix that lies within another one.
 *
 * @param prefixes those that have a quota
 */
export function usageCounter(prefixes: readonly string[]): UsageCounter {
  const digests = digestSet()
  const links = new Map<string, number[]>()
  /** Those by another name alone. */
  const aliases = new Map<string, number[]>()
  const sizes: (number | undefined)[] = []
  const whole = { blobs: 0, size: 0 }

  return {
    linked(name, canonical, byItsName) {
      digests.add(canonical)
      for (const map of byItsName ? [links] : [links, aliases]) if (!map.has(name)) map.set(name, [])
      ;(byItsName ? links : aliases).get(name)?.push(digests.numberOf(canonical) ?? 0)
    },

    stored(canonical, size) {
      const number = digests.numberOf(canonical)
      if (number !== undefined) sizes[number] = size
      if (size === undefined) return
      whole.blobs += 1
      whole.size += size
    },

    amounts() {
      const marks = new Uint32Array(digests.size)
      const linked = { blobs: 0, bytes: 0 }
      for (const numbers of links.values()) count(numbers, sizes, marks, 1, linked)
      let last = 1
      return {
        whole,
        unlinked: { blobs: whole.blobs - linked.blobs, size: whole.size - linked.bytes },
        bytesOf(name) {
          const own = { blobs: 0, bytes: 0 }
          count(links.get(name) ?? [], sizes, marks, ++last, own)
          return own.bytes
        },
      }
    },

    total(at) {
      const repositories = new Map<string, Sum>()
      const sums = new Map(prefixes.map(prefix => [prefix, { blobs: 0, bytes: 0 }]))
      // The names of a prefix come one after the other; so one note of who was last to count a blob does for all prefixes of one level.
      const levels: Uint32Array[] = []
      const ids = new Map<string, number>()
      const idOf = (scope: string) => {
        const id = ids.get(scope) ?? ids.size + 1
        ids.set(scope, id)
        return id
      }
      const sorted = [...links].sort(([a], [b]) => (`${a}/` < `${b}/` ? -1 : 1))
      for (const [name, numbers] of sorted) {
        const own = { blobs: 0, bytes: 0 }
        repositories.set(name, own)
        const within = [...sums].filter(([prefix]) => isBelow(name, prefix)).sort(([a], [b]) => a.length - b.length)
        const scopes = [
          ...within.map(([prefix, sum]) => ({ id: idOf(`prefix ${prefix}`), sum })),
          { id: idOf(`repository ${name}`), sum: own },
        ]
        const all = [numbers, aliases.get(name) ?? []]
        for (const [level, { id, sum }] of scopes.entries())
          for (const each of all) count(each, sizes, noted(levels, level, digests.size), id, sum)
      }
      return { format: 1, at, repositories: Object.fromEntries(repositories), prefixes: Object.fromEntries(sums) }
    },
  }
}

type Sum = { -readonly [Key in keyof Amount]: Amount[Key] }

function noted(levels: Uint32Array[], level: number, size: number): Uint32Array {
  const known = levels[level] ?? new Uint32Array(size)
  levels[level] = known
  return known
}

function count(numbers: readonly number[], sizes: readonly (number | undefined)[], counted: Uint32Array, id: number, sum: Sum): void {
  for (const number of numbers) {
    const size = sizes[number]
    if (size === undefined || counted[number] === id) continue
    counted[number] = id
    sum.blobs += 1
    sum.bytes += size
  }
}
