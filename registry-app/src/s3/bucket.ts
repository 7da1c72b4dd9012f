import type { Endpoint } from './endpoint.ts'
import type { S3Error } from './errors.ts'
import type { Identity } from './identity.ts'

/**
 * One bucket on one S3-compatible store. Each operation is a function in a file of its own that takes this first; what they have in common
 * (addresses, signatures, retries, errors) is behind `send` and `open`.
 */
export interface S3Bucket {
  readonly name: string
  /** What every new object is given: content type, storage class, encryption, ACL. */
  readonly newObject: HeaderFields
  /** What this store understands, as far as it is known. */
  readonly dialect: Dialect

  /**
   * Makes a call and reads its answer, as often as it takes. A call must be one that may be carried out twice; where the second time answers
   * otherwise than the first, `S3Answer.repeated` says that there may have been a first.
   *
   * @throws S3Error once the store has refused it or was given up; the signal's reason, if it was aborted
   */
  send(call: S3Call): Promise<S3Answer>

  /** The same, but hands out the body while it arrives. What breaks then is the reader's: it is not made again. */
  open(call: S3Call): Promise<S3Opened>

  /** An answer that came and is of no use. @param reason unless it is the answer's own */
  error(call: S3Call, answer: S3Answer, reason?: string): S3Error

  /** By whom, how and when a request is signed. */
  identity(): Promise<Identity>

  /** Where the bucket is, as others than this client may have to reach it. @param endpoint unless it is the client's own */
  endpoint(endpoint?: string): Endpoint

  /** The store's clock, if it was heard lately. Milliseconds since 1970. */
  heardTime(): { earliest: number; latest: number } | undefined

  /** Lets the calls under way finish, then closes the connections. */
  close(): Promise<void>
}

export interface S3Call {
  /** Its name in the Amazon S3 API Reference, for errors and measurements. */
  readonly operation: string
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Absent where the call is about the bucket. */
  readonly key?: string
  readonly query?: Query
  readonly headers?: HeaderFields
  /** Must not change until the call has ended: it may have to be sent again. */
  readonly body?: readonly Uint8Array[]
  /** The SHA-256 of the body in lower-case hex, where it is known. Version 4 signs it, and most stores then check the bytes. */
  readonly contentSha256?: string | undefined
  /** Whether a failure is an answer like any other. `code` is S3's, and unknown after `HEAD`. */
  readonly expects?: (status: number, code: string | undefined) => boolean
  /** The answer is the bytes of an object. */
  readonly download?: boolean
  /** The store may work for minutes before it says a word, as it does for copies. */
  readonly slow?: boolean
  /** The store refuses it after this second since 1970, of its own clock, however often it is made: it is signed in its URL. */
  readonly until?: number
  /** What this call goes on from: it counts as the first attempt. */
  readonly after?: S3Error
  readonly signal?: AbortSignal | undefined
}

export interface S3Answer {
  readonly status: number
  /** S3's error code, if the answer is a failure that was expected. */
  readonly code: string | undefined
  readonly headers: AnswerFields
  /** The body. Empty after `open`, which hands it out as it comes, unless the answer is a failure that was expected. */
  readonly text: string
  /** There was an attempt before, which may have been carried out although it failed. */
  readonly repeated: boolean
}

export interface S3Opened extends S3Answer {
  /** To be read once. A piece may be overwritten once the next is asked for. @throws S3Error if it is cut short */
  readonly body: AsyncIterable<Uint8Array>
  /** Gives up the connection, where the body is not read to its end. */
  close(): void
}

/** Old stores know less: found out at the first call that they refuse, and remembered. */
export interface Dialect {
  /** ListObjects' version; `undefined` until the store has shown whether it knows the second. */
  list: 1 | 2 | undefined
  /** `false` where every key is deleted by itself. */
  deleteMany: boolean
}

/** Values as they are, not yet encoded. What is `undefined` is left out; a sub-resource such as `uploads` is an empty string. */
export type Query = Readonly<Record<string, string | undefined>>

/** Names in lower case. */
export type HeaderFields = Readonly<Record<string, string>>

/** As Node.js gives them: names in lower case; what was sent several times is a list. */
export type AnswerFields = Readonly<Record<string, string | string[] | undefined>>

export interface CallOptions {
  signal?: AbortSignal | undefined
}
