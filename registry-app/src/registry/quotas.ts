import { LRUCache } from 'lru-cache'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { formatBytes } from './format-bytes.ts'
import type { Name } from './name.ts'
import { isBelow, readUsage, type Usage } from './usage.ts'

/** How much the repositories below a prefix may have together (`policy.quotas`). */
export interface QuotaRule {
  /** A repository, and all that lie below its name; empty: all. */
  readonly prefix: string
  /** In bytes. */
  readonly limit: number
}

/** What pushes may add. Where no rule covers the repository, it costs nothing. */
export interface Quotas {
  /**
   * Before anything of a push is stored.
   *
   * @param bytes that it adds; `undefined` where nobody knows yet: then there must be room for some
   * @param what `digest`, if it is known: what counts already counts once. `from`: the repository that it is mounted from
   * @throws RegistryError DENIED with the numbers
   */
  admit(name: Name, bytes: number | undefined, what?: { digest?: Digest; from?: Name | undefined }, options?: CallOptions): Promise<void>
  /** The same bytes, until there is no room for more of them. @param of `before`: bytes of the same upload that came earlier */
  bounded(name: Name, pieces: AsyncIterable<Uint8Array>, of?: { digest?: Digest; before?: number }): AsyncIterable<Uint8Array>
  /** Counts what the repository has from now on. */
  stored(name: Name, digest: Digest, bytes: number, from?: Name): void
}

export const noQuotas: Quotas = { admit: async () => {}, bounded: (_, pieces) => pieces, stored: () => {} }

export interface QuotasOptions {
  driver: StorageDriver
  rules: readonly QuotaRule[]
  now: () => Date
  /** Milliseconds. */
  clock: () => number
  /** Told what an operator should know, once each time. */
  warn: (message: string, facts?: Readonly<Record<string, string | number>>) => void
}

/** How old what is known of the last count may be, before somebody's push has it read again, beside it; and before he waits for that. Milliseconds. */
const every = 10 * 60_000
const atMost = 24 * 3_600_000
/** Pushes are added up by the minute: those of before the count are taken away by it. */
const minute = 60_000
/** Of so many blobs it is remembered that they count already. */
const most = 50_000

interface Counted extends QuotaRule {
  /** As it was counted last. */
  base: number
  /** Bytes that were pushed since, by the minute in which they were. */
  readonly since: Map<number, number>
}

/**
 * What is used is what garbage collection counted last, and what was pushed through this process since. What other replicas took since, and what was deleted since,
 * is not in it (docs/policies.md).
 */
export function quotas({ driver, rules, now, clock, warn }: QuotasOptions): Quotas {
  if (rules.length === 0) return noQuotas
  const counted: readonly Counted[] = rules.map(rule => ({ ...rule, base: 0, since: new Map() }))
  const counting = new LRUCache<string, true>({ maxSize: most, sizeCalculation: () => 1 })
  const covering = (name: Name) => counted.filter(({ prefix }) => isBelow(name, prefix))
  const used = ({ base, since }: Counted) => since.values().reduce((sum, bytes) => sum + bytes, base)

  const fresh = keptFresh({
    async look() {
      const usage = await readUsage(driver)
      if (!usage)
        return warn('policy.quotas: garbage collection has not counted yet what is stored, so only what is pushed from now on counts')
      for (const rule of counted) {
        rule.base = countedBelow(usage, rule.prefix)
        for (const start of rule.since.keys()) if (start + minute <= usage.at) rule.since.delete(start)
      }
    },
    every,
    atMost,
    clock,
  })

  function refuse(rule: Counted, adds: number | undefined): never {
    const { prefix, limit } = rule
    const whole = used(rule)
    const of = `${prefix === '' ? 'the registry' : prefix} uses ${formatBytes(whole)} of ${formatBytes(limit)}`
    const message = adds === undefined ? `quota exceeded: ${of}` : `quota exceeded: ${of}, and this push would add ${formatBytes(adds)}`
    throw new RegistryError('DENIED', { prefix, used: whole, limit, adds }, { message })
  }

  const known = (rule: Counted, digest: Digest | undefined) => digest !== undefined && counting.has(`${rule.prefix} ${digest}`)

  function check(rule: Counted, bytes: number | undefined) {
    const whole = used(rule)
    if (bytes === undefined ? whole >= rule.limit : whole + bytes > rule.limit) refuse(rule, bytes)
  }

  const checkAll = (all: readonly Counted[], bytes: number) => {
    for (const rule of all) check(rule, bytes)
  }

  return {
    async admit(name, bytes, { digest, from } = {}) {
      const all = covering(name)
      if (all.length === 0) return
      await fresh()
      for (const rule of all) {
        if (known(rule, digest) || (from !== undefined && isBelow(from, rule.prefix))) continue
        check(rule, bytes)
      }
    },

    bounded(name, pieces, { digest, before = 0 } = {}) {
      const all = covering(name).filter(rule => !known(rule, digest))
      return all.length === 0 ? pieces : within(pieces, before, bytes => checkAll(all, bytes))
    },

    stored(name, digest, bytes, from) {
      const at = Math.floor(now().getTime() / minute) * minute
      for (const rule of covering(name)) {
        if (!known(rule, digest) && !(from !== undefined && isBelow(from, rule.prefix)))
          rule.since.set(at, (rule.since.get(at) ?? 0) + bytes)
        counting.set(`${rule.prefix} ${digest}`, true)
      }
    },
  }
}

async function* within(pieces: AsyncIterable<Uint8Array>, before: number, check: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = before
  for await (const piece of pieces) {
    bytes += piece.length
    check(bytes)
    yield piece
  }
}

/** Where a quota is newer than the count, the sum of its repositories, which may count a shared blob for each. */
function countedBelow({ prefixes, repositories }: Usage, prefix: string): number {
  const counted = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined
  if (counted) return counted.bytes
  return Object.entries(repositories).reduce((sum, [name, { bytes }]) => (isBelow(name, prefix) ? sum + bytes : sum), 0)
}
