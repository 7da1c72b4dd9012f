/** Takes what comes from a connection, which puts it where the reader wants it. */
export interface Reader {
  /** Memory for the next bytes; never empty. */
  room(): Uint8Array
  /** So many bytes are there now. @returns whether more may come at once; else the reader resumes the connection */
  took(count: number): boolean
  /** No more will come. @param error why; without one the store has ended the connection in order */
  over(error: Error | undefined): void
}

/** What a reader may want of its connection. */
export interface Flow {
  /** Goes on after `took` said no. */
  resume(): void
  /** All that was to come has come. @param excess more than that */
  done(excess: boolean): void
  /** Nobody wants the rest: closes the connection. */
  abandon(): void
}
