import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../auth/access.ts'
import type { Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'

/** What a client has done to a repository: told once, by the end-point that did it. Whoever cares for it listens. */
export interface Happening {
  readonly action: 'pull' | 'push' | 'mount' | 'delete'
  readonly object: 'manifest' | 'blob' | 'tag'
  readonly name: Name
  /** Of a tag that was deleted, nobody asked what it named. */
  readonly digest?: Digest | undefined
  /** The tag that was pushed, pulled or deleted. A push under several tags is told once for each. */
  readonly tag?: Tag | undefined
  readonly mediaType?: string | undefined
  /** In bytes. */
  readonly size?: number | undefined
  /** The repository that a blob was mounted from. */
  readonly from?: Name | undefined
  /** Of a manifest that was pushed or pulled. */
  readonly content?: Uint8Array | undefined
}

/** Somebody wanted to write and was turned away: 401 or 403. */
export interface Refusal {
  readonly action: 'push' | 'delete'
  readonly name: Name
  /** The tag or digest that the path names. */
  readonly reference: string | undefined
  readonly status: number
  readonly code: string
}

/** By whom and from where. */
export interface Origin {
  readonly requestId: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  /** Absent: nobody had to say who he is. */
  readonly caller: Pick<Caller, 'name'> | undefined
}

export interface Circumstances extends Origin {
  /** The URL by which this client reaches a path of the API. */
  readonly urlOf: (path: string) => string
}

/** It must not throw, and must not take long: the client waits. */
export type Listener<What, Where extends Origin> = (what: What, where: Where) => void

/** What is absent costs nothing. */
export interface Listeners {
  readonly pulls?: Listener<Happening, Circumstances> | undefined
  readonly writes?: Listener<Happening, Circumstances> | undefined
  readonly refusals?: Listener<Refusal, Origin> | undefined
}

/** All of them, one after the other. */
export function together(all: readonly Listeners[]): Listeners {
  return {
    pulls: each(all.map(({ pulls }) => pulls)),
    writes: each(all.map(({ writes }) => writes)),
    refusals: each(all.map(({ refusals }) => refusals)),
  }
}

function each<What, Where extends Origin>(given: readonly (Listener<What, Where> | undefined)[]): Listener<What, Where> | undefined {
  const listeners = given.filter(listener => listener !== undefined)
  if (listeners.length < 2) return listeners[0]
  return (what, where) => {
    for (const listener of listeners) listener(what, where)
  }
}
