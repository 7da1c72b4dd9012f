import type { Caller } from './access.ts'

/** What a request does to a repository, in the words of Docker's token scopes; `catalog` is about all of them, `none` about none. */
export type Scope = 'none' | 'pull' | 'push' | 'delete' | 'catalog'

/** What is asked of a gate: each request of the API, before its end-point. */
export interface Admission {
  /** The header `Authorization`. */
  readonly authorization: string | undefined
  readonly scope: Scope
  /** Empty for what is about no single one. */
  readonly repository: string
  /** Another repository that it would like to read from, and can do without. */
  readonly source?: string | undefined
  /** The client's address, as far as it is known. */
  readonly address: string | undefined
  /** Scheme and host by which the client reached us; `undefined`: it named no host. A challenge may have to say where tokens are to be had. */
  readonly base: () => string | undefined
}

/** The one way in. Each way of proving who one is makes a gate (`gatekeeper.ts` decides for all of them whether that is enough). */
export interface Gate {
  /**
   * Lets somebody in. At once, without a promise, where nothing has to be waited for: this is on the way of every request.
   *
   * The work is shared by all who ask the same, and bounded, so it goes on when one of them leaves.
   *
   * @throws Unauthorized where who asks is not proven, RegistryError DENIED where somebody is known and may not, TooManySignIns
   */
  admit(request: Admission): Caller | Promise<Caller>
}
