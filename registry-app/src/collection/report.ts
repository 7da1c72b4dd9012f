import type { Digest } from '../registry/digest.ts'

/** How much, and what it takes. */
export interface Amount {
  readonly blobs: number
  /** In bytes. */
  readonly size: number
}

/** An amount, and how it is spread over repositories. What several have counts for each, and once in the whole. */
export interface Breakdown extends Amount {
  readonly repositories: ReadonlyMap<string, Amount>
}

/** What no repository has a link to. */
const nowhere = '(no repository)'

export interface DeadBlob {
  readonly digest: Digest
  /** Absent where only links are left of it. */
  readonly size: number | undefined
  readonly names: ReadonlySet<string>
}

export function breakdown(blobs: Iterable<DeadBlob>): Breakdown {
  const repositories = new Map<string, { blobs: number; size: number }>()
  const whole = { blobs: 0, size: 0 }
  for (const { size, names } of blobs) {
    if (size === undefined) continue
    const amounts = [whole, ...(names.size > 0 ? names : [nowhere]).values().map(name => amountOf(repositories, name))]
    for (const amount of amounts) {
      amount.blobs += 1
      amount.size += size
    }
  }
  return { ...whole, repositories: new Map([...repositories].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

function amountOf(repositories: Map<string, { blobs: number; size: number }>, name: string) {
  const amount = repositories.get(name) ?? { blobs: 0, size: 0 }
  repositories.set(name, amount)
  return amount
}
