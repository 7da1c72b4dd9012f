import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import type { Credentials } from '../http/sign-in.ts'
import { askHelper } from './ask-helper.ts'
import { entryOf } from './docker-config.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Who signs in to a registry: whoever docker's configuration or podman's has there, as `docker login` and its like noted down, or a credential helper knows.
 *
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 *
 * @param repository of the image: podman may know somebody for a part of a registry
 * @throws UsageError if a configuration cannot be read, or a helper not be asked; never with anything of a secret
 */
export async function dockerCredentials(
  { host, repository }: { host: string; repository: string },
  variables: Variables,
): Promise<Credentials | undefined> {
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

/** In the order in which they are asked: docker's, and podman's and skopeo's. What is set to nothing is not set, as docker has it. */
async function configurations(variables: Variables): Promise<readonly { name: string; text: string }[]> {
  const { DOCKER_AUTH_CONFIG, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, HOME } = variables
  const files = [
    REGISTRY_AUTH_FILE,
    join(DOCKER_CONFIG || join(HOME || home(), '.docker'), 'config.json'),
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
