/** What a registry would not do, or a connection that broke. Its message is a sentence for whoever copies. */
export class RegistryFailure extends Error {
  override readonly name = 'RegistryFailure'
  /** Of the answer; absent: there was none. */
  readonly status: number | undefined
  /** Another attempt may succeed. */
  readonly passing: boolean
  /** For how long the registry wants to be left in peace, in milliseconds. */
  readonly retryAfter: number | undefined

  constructor(message: string, options: FailureOptions = {}) {
    super(message, { cause: options.cause })
    this.status = options.status
    this.passing = options.passing ?? false
    this.retryAfter = options.retryAfter
  }
}

interface FailureOptions extends ErrorOptions {
  readonly status?: number | undefined
  readonly passing?: boolean
  readonly retryAfter?: number | undefined
}

/** Too many at once, or a server, or what is before it, that has trouble of its own. */
export const isPassing = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500

/** What fails without an answer, and does so again. */
const lasting: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** @param what was asked for: `GET https://registry.example/v2/` */
export function noAnswer(what: string, cause: unknown): RegistryFailure {
  if (cause instanceof RegistryFailure) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new RegistryFailure(`${what}: ${reasonOf(cause)}`, { cause, passing: !lasting.has(code) })
}

/** Where several addresses were tried, the message is in the errors of each. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return [...new Set(error.errors.map(reasonOf))].join(', ')
  if (!(error instanceof Error)) return String(error)
  return oneLine(error.message) || ('code' in error ? String(error.code) : error.name)
}

/** Whoever answers may put anything into his messages: no letters that move a terminal's cursor, and no more than a line of them. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 500)
