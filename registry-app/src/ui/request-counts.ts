/** How often this process asked the store for what, since it began. */
export interface RequestCounts {
  readonly since: number
  /** To be told of each request to the store. */
  add(request: { readonly operation: string }): void
  all(): readonly RequestCount[]
}

export interface RequestCount {
  readonly operation: string
  readonly requests: number
  readonly priced: PriceClass
}

/** What stores ask money for: writing and listing costs twelve times as much as reading, deleting nothing (https://aws.amazon.com/s3/pricing/). */
export type PriceClass = 'put' | 'get' | 'free'

export function requestCounts(now: () => Date): RequestCounts {
  const counts = new Map<string, number>()
  return {
    since: now().getTime(),
    add({ operation }) {
      counts.set(operation, (counts.get(operation) ?? 0) + 1)
    },
    all: () => [...counts].map(([operation, requests]) => ({ operation, requests, priced: priceClassOf(operation) })),
  }
}

export function priceClassOf(operation: string): PriceClass {
  if (/^(Get|Head)/.test(operation)) return 'get'
  return /^(Delete|Abort)/.test(operation) ? 'free' : 'put'
}
