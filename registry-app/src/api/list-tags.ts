import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import { nextPage, parseCount, take } from './paging.ts'
import { json, type Reply } from './reply.ts'

/** end-8a and end-8b: `GET /v2/<name>/tags/list` (OCI distribution specification, "Listing Tags"). Without `n`, all of them. */
export async function listTags(context: Context): Promise<Reply> {
  const { registry, settings, request, params, signal } = context
  const { name } = params
  const asked = parseCount(context)
  const count = asked === undefined ? Number.POSITIVE_INFINITY : Math.min(asked, settings.tagsMaximum)
  const { page, more } = await take(registry.tags.list(name, request.query.get('last') ?? '', { signal }), count)
  if (page.length === 0 && !(await registry.tags.hasRepository(name, { signal }))) throw new RegistryError('NAME_UNKNOWN', { name })
  const last = page.at(-1)
  const headers = more && last !== undefined ? nextPage(context, `/v2/${name}/tags/list`, { last, n: String(count) }) : {}
  return json({ name, tags: page }, headers)
}
