import { LRUCache } from 'lru-cache'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import { formatBytes } from './format-bytes.ts'
import type { Name } from './name.ts'
import { type PushedSince, pushedSince } from './pushed-since.ts'
import { type Unfinished, unfinished } from './unfinished.ts'
import type { UploadState } from './upload-state.ts'
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
   * @param what `digest`, if it is known: what counts already counts once. `from`: the repository that it is mounted from. `upload`: the one that it comes to
   * @throws RegistryError DENIED with the numbers
   */
  admit(name: Name, bytes: number | undefined, what?: Incoming & { from?: Name | undefined }, options?: CallOptions): Promise<void>
  /** The same bytes, until there is no room for more of them. */
  bounded(name: Name, pieces: AsyncIterable<Uint8Array>, what?: Incoming): AsyncIterable<Uint8Array>
  /** Counts what the repository has from now on. */
  stored(name: Name, digest: Digest, bytes: number, from?: Name): void
  /** Counts what lies in an upload, until it is closed, or taken away because it never was. */
  received(upload: UploadState, bytes: number): void
  /** Chunks of it are gone. */
  cancelled(upload: UploadState): void
}

export interface Incoming {
  readonly digest?: Digest
  /** As it was before. */
  readonly upload?: UploadState
}

export const noQuotas: Quotas = {
  admit: async () => {},
  bounded: (_, pieces) => pieces,
  stored: () => {},
  received: () => {},
  cancelled: () => {},
}

export interface QuotasOptions {
  driver: StorageDriver
  rules: readonly QuotaRule[]
  /** After so long an upload that is not closed is taken away. Milliseconds. */
  uploadAge: number
  now: () => Date
  /** Milliseconds. */
  clock: () => number
  /** Told what an operator should know, once each time. */
  warn: (message: string, facts?: Readonly<Record<string, string | number>>) => void
}

/** How old what is known of the last count may be, before somebody's push has it read again, beside it; and before he waits for that. Milliseconds. */
const every = 10 * 60_000
const atMost = 24 * 3_600_000
/** Of so many blobs it is remembered that they count already. */
const most = 50_000

interface Counted extends QuotaRule {
  /** As it was counted last. */
  base: number
  readonly since: PushedSince
  readonly unfinished: Unfinished
}

/**
 * What is used is what garbage collection counted last, what was pushed through this process since, and what lies in uploads that it began to receive. What other
 * replicas took since, and what was deleted since, is not in it (docs/policies.md).
 */
export function quotas({ driver, rules, uploadAge, now, clock, warn }: QuotasOptions): Quotas {
  if (rules.length === 0) return noQuotas
  const counted: readonly Counted[] = rules.map(rule => ({
    ...rule,
    base: 0,
    since: pushedSince(now),
    unfinished: unfinished(uploadAge, now),
  }))
  const counting = new LRUCache<string, true>({ maxSize: most, sizeCalculation: () => 1 })
  const covering = (name: Name) => counted.filter(({ prefix }) => isBelow(name, prefix))
  const used = ({ base, since, unfinished }: Counted) => base + since.size() + unfinished.size()

  const fresh = keptFresh({
    async look() {
      const usage = await readUsage(driver)
      if (!usage)
        return warn('policy.quotas: garbage collection has not counted yet what is stored, so only what is pushed from now on counts')
      for (const rule of counted) {
        rule.base = countedBelow(usage, rule.prefix)
        rule.since.counted(usage.at)
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

  /** What came of the upload earlier and does not count: through another replica, or before this process began. */
  const uncounted = ({ unfinished }: Counted, upload: UploadState | undefined) =>
    upload === undefined ? 0 : Math.max(0, upload.offset - unfinished.of(upload.id) - (upload.whole ? unfinished.of(upload.whole) : 0))

  return {
    async admit(name, bytes, { digest, from, upload } = {}) {
      const all = covering(name)
      if (all.length === 0) return
      await fresh()
      for (const rule of all) {
        if (known(rule, digest) || (from !== undefined && isBelow(from, rule.prefix))) continue
        check(rule, bytes === undefined ? undefined : uncounted(rule, upload) + bytes)
      }
    },

    bounded(name, pieces, { digest, upload } = {}) {
      const all = covering(name).filter(rule => !known(rule, digest))
      if (all.length === 0) return pieces
      return within(pieces, bytes => {
        for (const rule of all) check(rule, uncounted(rule, upload) + bytes)
      })
    },

    stored(name, digest, bytes, from) {
      for (const rule of covering(name)) {
        if (!known(rule, digest) && !(from !== undefined && isBelow(from, rule.prefix))) rule.since.add(bytes)
        counting.set(`${rule.prefix} ${digest}`, true)
        rule.unfinished.end(digest)
      }
    },

    received(upload, bytes) {
      const place = placeOf(upload)
      for (const rule of covering(upload.name)) {
        if (place !== upload.whole) rule.unfinished.add(place, bytes)
        // One object, however often it is sent.
        else if (!known(rule, upload.whole)) rule.unfinished.set(place, bytes)
      }
    },

    cancelled(upload) {
      for (const rule of covering(upload.name)) rule.unfinished.end(upload.id)
    },
  }
}

/** Where what was received last lies: under its own digest, or with the upload. */
const placeOf = ({ id, whole, chunks, list }: UploadState) => (whole && chunks.length === 0 && !list ? whole : id)

async function* within(pieces: AsyncIterable<Uint8Array>, check: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0
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
