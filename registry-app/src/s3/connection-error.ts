import type { S3Call } from './bucket.ts'
import { type Failure, S3Error } from './errors.ts'
import { speaksNoTls } from './speaks-no-tls.ts'

/**
 * What Node.js and undici call a connection that cannot be made, or broke, and may hold the next time. Whatever is not here, such as a certificate
 * that is not trusted, is no better a second later.
 */
const passing: Readonly<Record<string, Failure['retry']>> = {
  ECONNREFUSED: 'broken',
  ECONNRESET: 'broken',
  ECONNABORTED: 'broken',
  EPIPE: 'broken',
  EHOSTUNREACH: 'broken',
  ENETUNREACH: 'broken',
  ENETDOWN: 'broken',
  ENOTFOUND: 'broken',
  EAI_AGAIN: 'broken',
  ETIMEDOUT: 'timeout',
  UND_ERR_SOCKET: 'broken',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'broken',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
}

/** No answer, or only a part of one. */
export function connectionError(call: S3Call, bucket: string, host: string, error: unknown): S3Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // What the parser calls an answer that is no HTTP begins so.
  const retry = code.startsWith('HPE_') ? 'broken' : passing[code]
  const { operation, key } = call
  return new S3Error(`no answer from ${host}: ${reasonOf(error)}`, { operation, bucket, key, retry, unavailable: true }, { cause: error })
}

/** Where several addresses were tried, the message is in the errors of each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return [...new Set(error.errors.map(reasonOf))].join(', ')
  if (speaksNoTls(error)) return 'it answers, but not by TLS: where plain HTTP is meant, the endpoint begins with http://'
  return error instanceof Error ? error.message.replace(nodeAdvice, '') : String(error)
}

/** Node.js 24 adds it to what it says of a certificate. Here it is `storage.s3.cacert` that names whom to trust, not an argument of Node.js. */
const nodeAdvice = /; if the root CA is installed locally, try running Node\.js with --use-system-ca$/
