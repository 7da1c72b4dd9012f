/** What a request does to a repository, in the words of Docker's token scopes; `catalog` is about all of them, `none` about none. */
export type Scope = 'none' | 'pull' | 'push' | 'delete' | 'catalog'

/** Who asks, as it was proven. */
export interface Caller {
  /** Absent: nobody in particular, where that is allowed. */
  readonly name: string | undefined
}

/** What is asked of a gate: each request of the API, before its end-point. */
export interface Admission {
  /** The header `Authorization`. */
  readonly authorization: string | undefined
  readonly scope: Scope
  /** Empty for what is about no single one. */
  readonly repository: string
  /** The client's address, as far as it is known. */
  readonly address: string | undefined
}

/** The one way in. Each way of proving who one is makes a gate; whether that is enough is the gate's matter too. */
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
