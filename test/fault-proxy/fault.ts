/** How far a request has come when it is hit. */
export type Stage =
  /** The store has heard nothing of it. */
  | 'request'
  /** A part of its body is with the store. */
  | 'request-body'
  /** The store has done what it was asked, and the client has not been told. */
  | 'answer'
  /** A part of the answer's body is with the client. */
  | 'answer-body'

interface InBody {
  /** Of the announced length: where the body breaks; 0.5 unless told. One of unknown length breaks after its first byte. */
  readonly share?: number
}

/** What can happen to a request. */
export type Fault =
  /** The store's answer is an error. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly message?: string }
  /** The client's connection is reset. */
  | ({ readonly kind: 'reset'; readonly at: Stage } & InBody)
  /** Nothing moves for so long; without `ms`, until the client has gone. */
  | ({ readonly kind: 'stall'; readonly at: Stage; readonly ms?: number } & InBody)
  /**
   * The body ends early. `announced`: its length says the same, so that it looks whole; else the connection is closed.
   * Where there is no body, the client's connection is reset.
   */
  | ({ readonly kind: 'truncate'; readonly at: 'request-body' | 'answer-body'; readonly announced?: boolean } & InBody)
  /** The store is asked for another path and query. */
  | { readonly kind: 'ask'; readonly url: string }

export const slowDown: Fault = { kind: 'answer', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' }

export const internalError: Fault = {
  kind: 'answer',
  status: 500,
  code: 'InternalError',
  message: 'We encountered an internal error. Please try again.',
}

/** Everything that networks and stores do to requests that deserve none of it, and that a client can see. */
export const mixedFaults: readonly Fault[] = [
  slowDown,
  internalError,
  { kind: 'reset', at: 'request' },
  { kind: 'reset', at: 'request-body' },
  { kind: 'reset', at: 'answer' },
  { kind: 'reset', at: 'answer-body' },
  { kind: 'stall', at: 'request', ms: 500 },
  { kind: 'stall', at: 'answer-body', ms: 500 },
  { kind: 'truncate', at: 'request-body' },
  { kind: 'truncate', at: 'answer-body' },
]
