import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import type { Credentials } from '../http/sign-in.ts'
import { askHelper } from './ask-helper.ts'
import { entryOf } from './docker-config.ts'

export interface GivenCredentials {
  /** `--from-user`, or `--to-user`. */
  readonly user?: string | undefined
  readonly passwordFile?: string | undefined
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Who signs in at one side: as the command line says it, else as variables do, else as docker's configuration or podman's.
 *
 * @param side which variables: `COPY_FROM_USER` and `COPY_FROM_PASSWORD`, or `COPY_TO_…`
 * @throws UsageError
 */
export async function findCredentials(
  side: 'from' | 'to',
  given: GivenCredentials,
  { host, repository }: { host: string; repository: string },
  variables: Variables,
): Promise<Credentials | undefined> {
  const prefix = `COPY_${side.toUpperCase()}`
  const username = given.user ?? variables[`${prefix}_USER`]
  if (username !== undefined && username !== '') {
    const password = given.passwordFile === undefined ? variables[`${prefix}_PASSWORD`] : firstLine(await read(given.passwordFile))
    if (password === undefined) throw new UsageError(`${username} needs a password, by --${side}-password-file or in ${prefix}_PASSWORD`)
    return { username, password }
  }
  if (given.passwordFile !== undefined) throw new UsageError(`--${side}-password-file needs --${side}-user`)
  for (const { name, text } of await configurations(variables)) {
    try {
      const entry = entryOf(text, host, repository)
      if (!entry) continue
      const found = 'helper' in entry ? await askHelper(entry.helper, entry.server, variables) : entry.credentials
      if (found) return found
    } catch (cause) {
      throw new UsageError(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  }
  return undefined
}

/** In the order in which they are asked: docker's, and podman's and skopeo's. */
async function configurations(variables: Variables): Promise<readonly { name: string; text: string }[]> {
  const { DOCKER_AUTH_CONFIG, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, HOME = home() } = variables
  const files = [
    REGISTRY_AUTH_FILE,
    join(DOCKER_CONFIG ?? join(HOME, '.docker'), 'config.json'),
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, 'containers/auth.json'),
  ].filter((file): file is string => file !== undefined && file !== '')
  const found = DOCKER_AUTH_CONFIG ? [{ name: 'DOCKER_AUTH_CONFIG', text: DOCKER_AUTH_CONFIG }] : []
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(cause => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
      throw new UsageError(`docker's configuration cannot be read: ${cause.message}`, { cause })
    })
    if (text !== undefined) found.push({ name: file, text })
  }
  return found
}

/** In a container, somebody who is a number and no name has none. */
function home(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}

const read = (file: string) =>
  readFile(file, 'utf8').catch(cause => {
    throw new UsageError(`the password's file cannot be read: ${cause.message}`, { cause })
  })

/** An editor, or `echo`, ends it with a newline, which is no part of it. */
const firstLine = (text: string) => text.replace(/\r?\n$/, '')
