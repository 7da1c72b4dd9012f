/** Nothing came for too long. */
export class Silence extends Error {
  readonly code = 'ETIMEDOUT'

  /** @param what did not come */
  constructor(what: string, milliseconds: number) {
    super(`${what} for ${milliseconds / 1000} s`)
  }
}

export class ClosedByStore extends Error {
  readonly code = 'ECONNRESET'

  constructor() {
    super('the store closed the connection')
  }
}

/** Whoever reads takes nothing more for now, and somebody else needs the connection: the rest can be asked for again. */
export class GaveWay extends Error {
  constructor() {
    super('the connection was needed by others while nobody read')
  }
}

/** What came is not HTTP, or could be read in two ways. */
export class NoHttp extends Error {
  readonly code = 'HPE_INVALID_ANSWER'

  constructor(why: string) {
    super(`the answer is not HTTP: ${why}`)
  }
}

/** Asking again would bring the same. */
export class HeadTooLong extends Error {
  constructor(most: number) {
    super(`the answer's headers have more than ${most} bytes`)
  }
}
