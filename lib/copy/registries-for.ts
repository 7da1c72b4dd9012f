import { readFileSync } from 'node:fs'
import { type OpenRegistryOptions, openRegistry } from '../registry-client/open-registry.ts'
import { UsageError } from '../usage-error.ts'
import { findCredentials } from './find-credentials.ts'
import type { OpenClient } from './open-plan.ts'
import type { CopyOptions } from './options.ts'

export interface RegistriesOptions extends Pick<OpenRegistryOptions, 'insecure' | 'persistence' | 'variables' | 'now'> {
  /** How much is under way at a time. */
  readonly jobs: number
}

/** Opens the registries of both sides, each for whoever signs in there. @throws UsageError */
export function registriesFor(options: CopyOptions, { jobs, ...more }: RegistriesOptions): OpenClient {
  const ca = options.ca === undefined ? undefined : readCa(options.ca)
  const given = {
    from: { user: options.fromUser, passwordFile: options.fromPasswordFile },
    to: { user: options.toUser, passwordFile: options.toPasswordFile },
  }
  return (side, { host, plain = false, repository = '' }) =>
    openRegistry({
      ...more,
      host,
      plain,
      ca,
      // Those that carry blobs, and those that ask meanwhile.
      connections: 3 * jobs,
      credentials: () => findCredentials(side, given[side], { host, repository }, more.variables),
    })
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`the certificates cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}
