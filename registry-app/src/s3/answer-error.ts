import { parseRetryAfter } from '../concurrency/retry-after.ts'
import { dateField, field } from './answer-fields.ts'
import type { AnswerFields, S3Call } from './bucket.ts'
import { demandsContentMd5 } from './content-md5.ts'
import { type Failure, S3Error } from './errors.ts'
import { parseXml, textOf } from './xml.ts'

/** An answer that is a failure. */
export interface FailedAnswer {
  status: number
  headers: AnswerFields
  /** The body, as far as it came. */
  text: string
}

export interface AskedStore {
  bucket: string
  region: string
  now: Date
}

/**
 * Turns S3's error ("Error responses" in the Amazon S3 API Reference) into one of ours.
 *
 * @param reason unless it is the store's
 */
export function answerError(call: S3Call, store: AskedStore, answer: FailedAnswer, reason?: string): S3Error {
  const told = toldBy(answer)
  const { status, headers } = answer
  return new S3Error(reason ?? reasonOf(call, store, answer, told), {
    operation: call.operation,
    bucket: store.bucket,
    key: call.key,
    code: told.code,
    status,
    requestId: field(headers, 'x-amz-request-id') ?? told.requestId,
    retry: retryOf(call, status, told.code),
    retryAfter: retryAfter(headers, store.now),
    serverTime: dateField(headers, 'date'),
  })
}

/** The error code, if the body has one. */
export const errorCode = (answer: FailedAnswer): string | undefined => toldBy(answer).code

interface Told {
  code?: string | undefined
  message?: string | undefined
  requestId?: string | undefined
  region?: string | undefined
  endpoint?: string | undefined
}

function toldBy({ headers, text }: FailedAnswer): Told {
  const region = field(headers, 'x-amz-bucket-region')
  try {
    const error = parseXml(text)
    const told = (name: string) => textOf(error, name)?.trim() || undefined
    if (error.name !== 'Error') return { region }
    return {
      code: told('Code'),
      message: told('Message'),
      requestId: told('RequestId'),
      region: told('Region') ?? region,
      endpoint: told('Endpoint'),
    }
  } catch {
    // A proxy's page, or nothing at all: the status has to do.
    return { region }
  }
}

function reasonOf(call: S3Call, store: AskedStore, { status, headers }: FailedAnswer, told: Told): string {
  const { code, message, region, endpoint } = told
  if (region && region !== store.region && elsewhere(status, code)) {
    return `the bucket is in the region ${region}, and the configuration says ${store.region}`
  }
  if (endpoint && elsewhere(status, code)) return `the bucket is at the endpoint ${endpoint}, and must be asked there`
  if (status === 301 || status === 307) {
    return `the store redirects to ${field(headers, 'location') ?? 'somewhere else'}, which is not followed: the region, or the endpoint, is another`
  }
  if (code === 'RequestTimeTooSkewed') return skewReason(dateField(headers, 'date'), store.now)
  if (code === 'SignatureDoesNotMatch')
    return 'the store computes another signature: the secret key, the region or the signing version is not the right one'
  if (call.headers?.['content-md5'] === undefined && demandsContentMd5(told))
    return 'the bucket demands Content-MD5: set storage.s3.contentmd5: true'
  if (message) return message.slice(0, 300)
  if (call.method === 'HEAD' && status === 403) {
    return 'the store refuses it, and cannot say why after HEAD; without the permission to list the bucket, Amazon does so for what is not there'
  }
  return `the store answered with status ${status}`
}

/** Codes of a store that has the bucket under another region or address, and statuses where there is no code. */
function elsewhere(status: number, code: string | undefined): boolean {
  if (code === undefined) return status === 301 || status === 307 || status === 400 || status === 403
  return [
    'PermanentRedirect',
    'TemporaryRedirect',
    'AuthorizationHeaderMalformed',
    'AuthorizationQueryParametersError',
    'InvalidRegion',
  ].includes(code)
}

function skewReason(theirs: Date | undefined, ours: Date): string {
  if (!theirs) return "this machine's clock differs too much from the store's"
  const seconds = Math.round((ours.getTime() - theirs.getTime()) / 1000)
  return `this machine's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the store's`
}

/**
 * Amazon's advice ("Error retries" in the AWS SDKs reference guide), and what other stores say where Amazon says 503. MinIO denies to write an object
 * when the last of its folder's others is deleted, and the folder with it, in that moment (`mkdirAll` in its `cmd/os-reliable.go`).
 */
function retryOf({ method, key }: S3Call, status: number, code: string | undefined): Failure['retry'] {
  if (status === 429 || (code !== undefined && throttling.has(code))) return 'throttled'
  if (code !== undefined && passing.has(code)) return 'broken'
  if (code === 'AccessDenied' && key !== undefined && (method === 'PUT' || method === 'POST')) return 'denied'
  return [408, 499, 500, 502, 503, 504].includes(status) ? 'broken' : undefined
}

const throttling = new Set([
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'RequestLimitExceeded',
])

/**
 * With statuses that say otherwise, or with 200 after a copy that took long. A conflict is of two requests at once, and over a moment later; a body
 * that came in part was sent whole, and broke on the way.
 */
const passing = new Set([
  ...['InternalError', 'ServiceUnavailable', 'OperationAborted', 'ConditionalRequestConflict'],
  ...['RequestTimeout', 'IncompleteBody', 'ClientDisconnected'],
])

/** In seconds. */
function retryAfter(headers: AnswerFields, now: Date): number | undefined {
  const wait = parseRetryAfter(field(headers, 'retry-after'), now)
  return wait === undefined ? undefined : Math.ceil(wait / 1000)
}
