import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import { nextPage, parseCount, take } from './paging.ts'
import { json, type Reply } from './reply.ts'

/** Distribution's, where the client does not say how many. */
const usualCount = 100

/** `GET /v2/_catalog`: Distribution's, not of the OCI specification, and what many tools list repositories with. */
export async function listRepositories(context: Context): Promise<Reply> {
  const { registry, settings, request, signal } = context
  const count = parseCount(context) ?? Math.min(usualCount, settings.catalogMaximum)
  if (count > settings.catalogMaximum) {
    throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: count, allowed: `at most ${settings.catalogMaximum}` })
  }
  const { page, more } = await take(registry.catalog.names(request.query.get('last') ?? '', { signal }), count)
  const last = page.at(-1)
  return json({ repositories: page }, more && last !== undefined ? nextPage(context, '/v2/_catalog', { last, n: String(count) }) : {})
}
