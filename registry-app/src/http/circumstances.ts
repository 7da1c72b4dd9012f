import type { ApiRequest, ApiSettings } from '../api/context.ts'
import type { Circumstances, Listeners, Origin, Refusal } from '../events/happening.ts'
import type { RegistryError } from '../registry/errors.ts'
import type { Exchange } from './access-log.ts'

/** Who is told of what happens. */
export interface Told extends Listeners {
  /** Makes absolute URLs, whatever those in answers are like. */
  readonly locate: ApiSettings['locate']
}

/** By whom and from where a request came, for those who listen. */
export const circumstancesOf = (exchange: Exchange, request: ApiRequest, locate: ApiSettings['locate']): Circumstances => ({
  ...originOf(exchange),
  urlOf: path => locate(path, request),
})

export const originOf = ({ id, request, remoteAddress, caller }: Exchange): Origin => ({
  requestId: id,
  method: request.method ?? '',
  headers: request.headers,
  remoteAddress,
  // Of whoever a proxy speaks for, only the address is known.
  remotePort: remoteAddress === request.socket.remoteAddress ? request.socket.remotePort : undefined,
  caller,
})

/** What the client was kept from, if it was writing, and if that is why it was turned away. */
export function refusalOf({ asked }: Pick<Exchange, 'asked'>, { status, code }: RegistryError): Refusal | undefined {
  if (!asked || (status !== 401 && status !== 403)) return undefined
  const { scope } = asked.route
  if (scope !== 'push' && scope !== 'delete') return undefined
  const { name, reference, digest } = asked.params
  return { action: scope, name, reference: reference || digest || undefined, status, code }
}
