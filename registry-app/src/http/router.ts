import type { Params } from '../api/context.ts'
import type { Route } from '../api/routes.ts'
import { RegistryError } from '../registry/errors.ts'
import { parseName } from '../registry/name.ts'

export interface Match {
  readonly route: Route
  readonly params: Params
}

interface Pattern {
  readonly expression: RegExp
  readonly methods: ReadonlyMap<string, Route>
}

/**
 * Finds the end-point of a path. A repository's name has slashes, so a pattern is read from its end: `/v2/a/blobs/b/manifests/c` is a manifest.
 *
 * @returns a function that throws RegistryError NAME_INVALID, or UNSUPPORTED with 404 (no such end-point) or 405 (not by this method)
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const patterns = groupByPattern(routes)

  return (method, path) => {
    for (const { expression, methods } of patterns) {
      const found = expression.exec(path)
      if (!found) continue
      const route = methods.get(method === 'HEAD' ? 'GET' : method)
      if (!route) throw new RegistryError('UNSUPPORTED', { method, allowed: [...methods.keys()] })
      return { route, params: paramsOf(found.groups ?? {}) }
    }
    throw new RegistryError('UNSUPPORTED', { path: path.slice(0, 256), reason: 'there is no such end-point' }, { status: 404 })
  }
}

function groupByPattern(routes: readonly Route[]): Pattern[] {
  const groups = Map.groupBy(routes, route => route.pattern)
  return [...groups].map(([pattern, members]) => ({
    expression: compile(pattern),
    methods: new Map(members.map(route => [route.method, route])),
  }))
}

/** `<name>` takes slashes, other parameters do not; a slash at the end may be left out. */
function compile(pattern: string): RegExp {
  const source = pattern.replace(/<(\w+)>/g, (_, name) => (name === 'name' ? '(?<name>.+)' : `(?<${name}>[^/]+)`))
  return new RegExp(`^${source.replace(/\/$/, '/?')}$`)
}

function paramsOf({ name, digest = '', reference = '', upload = '' }: Record<string, string | undefined>): Params {
  return {
    // No name needs percent-encoding: one that has it is refused, and `%2f` never becomes a slash.
    name: name === undefined ? ('' as Params['name']) : parseName(name),
    digest: decode(digest),
    reference: decode(reference),
    upload: decode(upload),
  }
}

/** Some clients send the colon of a digest as `%3A`. What cannot be decoded stays as it is, and fails the grammar. */
function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
