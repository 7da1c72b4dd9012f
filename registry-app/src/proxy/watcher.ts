import type { UpstreamError } from './upstream-error.ts'

/** What was asked for: what a tag names, a manifest by its digest, or a blob. */
export type Wanted = 'tag' | 'manifest' | 'blob'

/**
 * How it was answered. `hit`: with what is kept. `miss`: with what the upstream gave. `joined`: with what another client was being given. `stale`: with what is kept, since
 * the upstream gave nothing.
 */
export type Outcome = 'hit' | 'miss' | 'joined' | 'stale'

/** Told of what the cache does; by the upstream's label. */
export interface Watcher {
  answered(upstream: string, wanted: Wanted, outcome: Outcome): void
  received(upstream: string, bytes: number): void
  /** Also of what is not there: that is no failure of the upstream's. */
  failed(upstream: string, error: UpstreamError): void
  /** What it says is left of its rate limit. */
  remaining(upstream: string, requests: number): void
}
