import { readFile } from 'node:fs/promises'
import { dockerCredentials } from '../registry-client/credentials/docker-credentials.ts'
import type { Credentials } from '../registry-client/http/sign-in.ts'
import { UsageError } from '../usage-error.ts'

export interface GivenCredentials {
  /** `--from-user`, or `--to-user`. */
  readonly user?: string | undefined
  readonly passwordFile?: string | undefined
}

/**
 * Who signs in at one side: as the command line says it, else as variables do, else as docker's configuration or podman's.
 *
 * @param side which variables: `COPY_FROM_USER` and `COPY_FROM_PASSWORD`, or `COPY_TO_…`
 * @throws UsageError
 */
export async function findCredentials(
  side: 'from' | 'to',
  given: GivenCredentials,
  place: { host: string; repository: string },
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const prefix = `COPY_${side.toUpperCase()}`
  const username = given.user ?? variables[`${prefix}_USER`]
  if (username !== undefined && username !== '') {
    const password = given.passwordFile === undefined ? variables[`${prefix}_PASSWORD`] : firstLine(await read(given.passwordFile))
    if (password === undefined) throw new UsageError(`${username} needs a password, by --${side}-password-file or in ${prefix}_PASSWORD`)
    return { username, password }
  }
  if (given.passwordFile !== undefined) throw new UsageError(`--${side}-password-file needs --${side}-user`)
  return dockerCredentials(place, variables)
}

const read = (file: string) =>
  readFile(file, 'utf8').catch(cause => {
    throw new UsageError(`the password's file cannot be read: ${cause.message}`, { cause })
  })

/** An editor, or `echo`, ends it with a newline, which is no part of it. */
const firstLine = (text: string) => text.replace(/\r?\n$/, '')
