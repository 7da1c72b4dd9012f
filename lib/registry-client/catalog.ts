import { asName } from '../../registry-app/src/registry/name.ts'
import { RegistryFailure } from './http/failure.ts'
import { pagesOf } from './pages.ts'
import type { RegistryClient } from './registry-client.ts'

/**
 * The repositories that the registry lists, and whose names are such.
 *
 * @throws RegistryFailure also where it lists none to anybody, or not to whoever asks: Docker Hub, GitLab, and Harbor for all but its administrators
 */
export async function* repositoriesOf(client: RegistryClient, wanted: (repository: string) => boolean): AsyncGenerator<string> {
  const seen = new Set<string>()
  try {
    for await (const page of pagesOf(client, '/v2/_catalog', ['registry:catalog:*'], 'repositories')) {
      for (const name of page) {
        if (seen.has(name) || asName(name) === undefined || !wanted(name)) continue
        seen.add(name)
        yield name
      }
    }
  } catch (error) {
    if (!(error instanceof RegistryFailure) || error.passing || ![401, 403, 404, 405].includes(error.status ?? 0)) throw error
    const advice = 'name the repositories one by one, or sign in as somebody who may list them'
    throw new RegistryFailure(`${client.host} does not list its repositories: ${error.message}; ${advice}`, { cause: error })
  }
}
