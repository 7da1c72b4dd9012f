import { RegistryFailure } from './http/failure.ts'
import { headerOf, readAll } from './http/wire.ts'
import type { RegistryClient } from './registry-client.ts'

/** What one page may hold, in bytes: a registry that ignores `n` may have a hundred thousand tags. */
const largest = 64 * 1024 * 1024
/** ECR refuses to be asked for more. */
const pageSize = 1000

/** All the pages of `_catalog`, or of a list of tags; none where there is no such list. */
export async function* pagesOf(
  client: RegistryClient,
  path: string,
  scopes: readonly string[],
  list: 'repositories' | 'tags',
): AsyncGenerator<readonly string[]> {
  const seen = new Set<string>()
  let next: string | undefined = `${path}?n=${pageSize}`
  while (next !== undefined) {
    // A registry that leads in a circle would keep us for ever.
    if (seen.has(next)) throw new RegistryFailure(`${client.host}: the pages of ${path} lead in a circle`)
    seen.add(next)
    // A registry without a catalog is no empty one.
    const ok = list === 'tags' ? [200, 404] : [200]
    const answer = await client.send({ method: 'GET', path: next, scopes, ok })
    const content = await readAll(answer, largest)
    if (answer.status === 404) return
    yield namesIn(content, list, client.host + path)
    next = nextIn(headerOf(answer, 'link'), new URL(next, client.origin))
  }
}

/** RFC 8288. What leads to another host is looked for on this one: registries behind proxies do not know their own name. */
export function nextIn(link: string | undefined, from: URL): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(link ?? '')?.[1]
  const url = target === undefined ? undefined : URL.parse(target, from.href)
  return url ? url.pathname + url.search : undefined
}

function namesIn(content: Buffer, list: string, what: string): readonly string[] {
  try {
    const names = (JSON.parse(content.toString()) as Record<string, unknown>)[list] ?? []
    if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names
  } catch {}
  throw new RegistryFailure(`${what}: the answer is no list of ${list}`)
}
