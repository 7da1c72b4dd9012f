import { RegistryError } from '../registry/errors.ts'

/**
 * Why an upstream did not give what it was asked for.
 *
 * `unknown`: it says that there is no such thing. `denied`: it wants somebody else to ask. `limited`: it was asked too often. `away`: no answer, or one that says
 * that another time is better. `wrong`: what it says cannot be believed, or leads where it must not.
 */
export type UpstreamFailure = 'unknown' | 'denied' | 'limited' | 'away' | 'wrong'

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly failure: UpstreamFailure
  /** What clients are told to wait, in seconds. */
  readonly retryAfter: number | undefined
  /** As a driver's error says it: the same may succeed later. */
  readonly unavailable: boolean

  constructor(failure: UpstreamFailure, message: string, options: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(message, options)
    this.failure = failure
    this.retryAfter = options.retryAfter
    this.unavailable = failure === 'limited' || failure === 'away'
  }
}

/** Whether something kept may be served in place of the answer: whoever says that there is no such thing is believed. */
export const servesStale = (error: unknown): error is UpstreamError => error instanceof UpstreamError && error.failure !== 'unknown'

/** As whom an upstream is asked, and which addresses it or its network has, is for the log alone. */
const discreet: Partial<Record<UpstreamFailure, string>> = {
  limited: 'the upstream was asked too often',
  denied: 'the upstream does not let this registry pull it',
  away: 'the upstream does not answer, or says that it cannot just now',
  wrong: 'what the upstream answers is not believed; the log of this registry says why',
}

/** What a client is told. @param unknown the code for what is not there */
export function clientError(error: unknown, unknown: 'MANIFEST_UNKNOWN' | 'BLOB_UNKNOWN', detail: Record<string, unknown>): unknown {
  if (!(error instanceof UpstreamError)) return error
  const reason = discreet[error.failure] ?? error.message
  const options = { cause: error, message: reason }
  const told = { ...detail, reason }
  switch (error.failure) {
    case 'unknown':
    case 'denied':
      return new RegistryError(unknown, told, options)
    case 'limited':
      return new RegistryError('TOOMANYREQUESTS', told, options)
    case 'away':
      return new RegistryError('UNAVAILABLE', told, options)
    case 'wrong':
      return new RegistryError('UNAVAILABLE', told, { ...options, status: 502 })
  }
}
