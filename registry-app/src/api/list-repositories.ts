import { RegistryError } from '../registry/errors.ts'
import type { Seal } from '../storage/seal.ts'
import type { Context } from './context.ts'
import { nextPage, parseCount, take, takeSeen } from './paging.ts'
import { json, type Reply } from './reply.ts'

/** Distribution's, where the client does not say how many. */
const usualCount = 100

/** So many names are looked at for one page: a list of a thousand is one request. */
const looks = 10_000

/**
 * `GET /v2/_catalog`: Distribution's, not of the OCI specification, and what many tools list repositories with.
 *
 * Where the next page begins may be a name that whoever asks may not see: that is sealed.
 */
export async function listRepositories(context: Context): Promise<Reply> {
  const { registry, settings, request, caller, signal } = context
  const count = parseCount(context) ?? Math.min(usualCount, settings.catalogMaximum)
  if (count > settings.catalogMaximum) {
    throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: count, allowed: `at most ${settings.catalogMaximum}` })
  }
  const names = registry.catalog.names(unsealed(request.query.get('last') ?? '', settings.places), { signal })
  const { page, more, passed } = caller ? await takeSeen(names, count, caller.sees, looks) : await take(names, count)
  const last = passed === undefined ? page.at(-1) : settings.places.close(passed, place)
  return json({ repositories: page }, more && last !== undefined ? nextPage(context, '/v2/_catalog', { last, n: String(count) }) : {})
}

const place = 'catalog'

function unsealed(last: string, places: Seal): string {
  try {
    return places.open(last, place)
  } catch (cause) {
    throw new RegistryError('UNSUPPORTED', { reason: 'last is no place in this list: begin without it' }, { status: 400, cause })
  }
}
