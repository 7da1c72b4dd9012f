import type { StoreRequest } from './metrics/store-metrics.ts'

/** Spans, as whoever makes them is told of them. What makes them is loaded only where traces are asked for (`open-tracing.ts`). */
export interface Tracing {
  /** Begins the span of a request, below the one that its headers name. */
  request(request: TracedRequest): RequestSpan
  /** A request to the store has ended just now: its span lies below that of the request under way. Without one, nobody asked for it, and there is none. */
  storeRequest(request: StoreRequest): void
  /** Sends what is left. */
  stop(): Promise<void>
}

export interface TracedRequest {
  readonly method: string
  /** As it came. What is behind the question mark is left out: the state of an upload is there. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly remoteAddress: string | undefined
  readonly secure: boolean
}

export interface RequestSpan {
  readonly traceId: string
  /** What begins in it lies below this span. */
  within<Result>(work: () => Result): Result
  end(outcome: { route: string | undefined; status: number }): void
}
