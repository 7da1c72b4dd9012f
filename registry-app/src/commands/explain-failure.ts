import { ConfigError } from '../config/complaint.ts'
import { S3Error } from '../s3/errors.ts'

/** What Node.js adds to an error of the operating system (https://nodejs.org/api/errors.html#class-systemerror). */
interface SystemError extends Error {
  readonly code?: unknown
  readonly syscall?: string
  readonly address?: string
  readonly port?: number
  readonly path?: string
}

/** What `listen` fails with, and what to do about it; every other error is told as it is. */
const listening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port. Stop that one, or set another port: http.addr, or REGISTRY_HTTP_ADDR=localhost:5001',
  EACCES:
    'this user may not use this port (below 1024 it takes root, or CAP_NET_BIND_SERVICE). Set another one: http.addr, REGISTRY_HTTP_ADDR',
  EADDRNOTAVAIL: 'this machine does not have this address. Set one that it has, or none, such as :5000: http.addr, REGISTRY_HTTP_ADDR',
}

/**
 * What a command that failed tells whoever typed it: for what the user can mend, a message without a stack, and where to read on.
 *
 * @returns an error that nobody expected as it is, for its stack
 */
export function explainFailure(error: unknown): unknown {
  if (error instanceof ConfigError) return `${error.message}\n${error.guides}`
  if (error instanceof S3Error) return `${error.message}\nsee docs/providers.md`
  if (!(error instanceof Error && 'code' in error)) return error
  const { code, syscall, address, port, path, message }: SystemError = error
  if (syscall === 'listen') {
    const advice = listening[String(code)]
    return advice === undefined ? message : `${address}:${port}: ${advice} (${code})`
  }
  // What else is read or written, such as certificates, is named by whoever does it.
  if (syscall === 'mkdir')
    return `${path}: this folder cannot be made (${message}); storage.filesystem.rootdirectory says where images are kept`
  return message
}
