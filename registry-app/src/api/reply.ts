/** An answer, before it meets a socket. Header names in lower case. */
export interface Reply {
  readonly status: number
  readonly headers?: ReplyHeaders
  /** With a stream, `content-length` must be among the headers. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** With a stream: gives up what it would need, where it is not read at all because the client has left. */
  readonly close?: () => Promise<void>
  /** Who turned out to ask, where no gate could tell: for the access log. */
  readonly user?: string
}

export type ReplyHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>

export const json = (value: unknown, headers: ReplyHeaders = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

export const empty = (status: number, headers: ReplyHeaders = {}): Reply => ({ status, headers: { 'content-length': 0, ...headers } })

/** Without a length: that of a 304 would have to be the content's (RFC 9110, section 8.6). */
export const notModified = (headers: ReplyHeaders): Reply => ({ status: 304, headers })

/** OCI distribution specification, "Warnings". @param text at most some hundred characters: all warnings of an answer have 4096 bytes */
export const warning = (text: string) => ({ warning: `299 - "${text}"` })
