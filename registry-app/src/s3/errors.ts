/** What is known of a call that failed. */
export interface Failure {
  operation: string
  bucket: string
  key?: string | undefined
  /** S3's error code, such as `NoSuchKey`; absent where the store sent none (it cannot after `HEAD`), or did not answer. */
  code?: string | undefined
  /** Of the HTTP answer; absent if there was none. */
  status?: number | undefined
  requestId?: string | undefined
  /**
   * The same call may succeed later: it was throttled, or something broke on the way. What is `denied` is worth one more try, and no other. Absent
   * where it would fail again.
   */
  retry?: 'throttled' | 'broken' | 'timeout' | 'denied' | undefined
  /** The store cannot be had: it did not answer, or said that it cannot. @default whether a `retry` makes sense, but for what was denied */
  unavailable?: boolean | undefined
  /** Seconds to wait, where the store named them. */
  retryAfter?: number | undefined
  /** The store's clock, where its answer told it. */
  serverTime?: Date | undefined
}

/** A call that the store refused or did not answer. Its message is a sentence for a log: bucket, key, operation, code, request, and never a secret. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly operation: string
  readonly bucket: string
  readonly key: string | undefined
  readonly code: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retry: Failure['retry']
  /** Not what was asked for is wrong, but nobody answers: worth a 503, and another try later. */
  readonly unavailable: boolean
  readonly retryAfter: number | undefined
  readonly serverTime: Date | undefined

  constructor(reason: string, failure: Failure, options: ErrorOptions = {}) {
    super(sentence(reason, failure), options)
    this.operation = failure.operation
    this.bucket = failure.bucket
    this.key = failure.key
    this.code = failure.code
    this.status = failure.status
    this.requestId = failure.requestId
    this.retry = failure.retry
    this.unavailable = failure.unavailable ?? (failure.retry !== undefined && failure.retry !== 'denied')
    this.retryAfter = failure.retryAfter
    this.serverTime = failure.serverTime
  }
}

/** `GetObject of a/b in bucket images: Access Denied (AccessDenied, 403, request 4442587FB7D0A2F9)` */
function sentence(reason: string, { operation, bucket, key, code, status, requestId }: Failure): string {
  const what = key === undefined ? `${operation} in bucket ${bucket}` : `${operation} of ${key} in bucket ${bucket}`
  const facts = [code, status, requestId && `request ${requestId}`].filter(Boolean)
  return facts.length > 0 ? `${what}: ${reason} (${facts.join(', ')})` : `${what}: ${reason}`
}
