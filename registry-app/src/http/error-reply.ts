import type { Reply } from '../api/reply.ts'
import { RegistryError } from '../registry/errors.ts'

/** The one place where an error becomes HTTP: the body of the OCI distribution specification, "Error Codes". */
export function errorReply(error: unknown): Reply {
  const errors = registryErrors(error)
  const [first] = errors
  const allow = first.code === 'UNSUPPORTED' && first.status === 405 ? allowedMethods(first.detail) : undefined
  return {
    status: first.status,
    headers: { 'content-type': 'application/json', allow },
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
  return [new RegistryError('UNKNOWN', undefined, { cause: error })]
}

function allowedMethods(detail: unknown): string | undefined {
  if (typeof detail !== 'object' || detail === null || !('allowed' in detail) || !Array.isArray(detail.allowed)) return undefined
  return detail.allowed.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
}
