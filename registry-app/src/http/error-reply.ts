import type { Reply } from '../api/reply.ts'
import { TooManySignIns, Unauthorized } from '../auth/refusals.ts'
import { RegistryError } from '../registry/errors.ts'
import { isFull, isUnavailable } from '../storage/driver.ts'

/** The one place where an error becomes HTTP: the body of the OCI distribution specification, "Error Codes". */
export function errorReply(error: unknown): Reply {
  const errors = registryErrors(error)
  const [first] = errors
  const allow = allowOf(first)
  const retryAfter = first instanceof TooManySignIns ? first.retryAfter : mayPass(first) ? retrySeconds(first.cause) : undefined
  const challenge = first instanceof Unauthorized ? first.challenge : undefined
  return {
    status: first.status,
    headers: { 'content-type': 'application/json', allow, 'retry-after': retryAfter, 'www-authenticate': challenge },
    body: JSON.stringify({ errors }),
  }
}

/** What the client may know. Anything that is no RegistryError is ours to mend, and only the log tells what it was. */
export function registryErrors(error: unknown): readonly [RegistryError, ...RegistryError[]] {
  if (error instanceof RegistryError) return [error]
  if (error instanceof AggregateError) {
    const [first, ...rest] = error.errors.filter(each => each instanceof RegistryError)
    if (first) return [first, ...rest]
  }
  if (isUnavailable(error)) return [new RegistryError('UNAVAILABLE', { reason: 'the storage does not answer' }, { cause: error })]
  if (isFull(error)) return [new RegistryError('UNAVAILABLE', undefined, { status: 507, message: 'the storage is full', cause: error })]
  return [new RegistryError('UNKNOWN', undefined, { cause: error })]
}

/** Whether the same may succeed later: the storage is away, or who stands behind it, or he is asked too often. */
const mayPass = ({ status, cause }: RegistryError) => status === 503 || (status === 429 && isUnavailable(cause))

/** What the store asked for, or a moment; never so long that a client would give up. */
const retrySeconds = (cause: unknown) => Math.min(Math.ceil((isUnavailable(cause) && cause.retryAfter) || 5), longestRetry)
const longestRetry = 300

/** The Allow header (RFC 9110, section 10.2.1), where the error is that there is such an end-point, by other methods. */
export function allowOf(error: unknown): string | undefined {
  if (!(error instanceof RegistryError) || error.code !== 'UNSUPPORTED' || error.status !== 405) return undefined
  const { detail } = error
  if (typeof detail !== 'object' || detail === null || !('allowed' in detail) || !Array.isArray(detail.allowed)) return undefined
  return detail.allowed.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
}
