import type { Action } from '../access.ts'
import { TokenRefused } from '../bearer-gate.ts'
import type { Limits } from '../gatekeeper.ts'

/**
 * What a token allows, by its claim `access` (https://distribution.github.io/distribution/spec/auth/jwt/).
 *
 * As with Distribution, pushing takes `pull` as well as `push`, and the catalog `*` of `registry:catalog`.
 *
 * @throws TokenRefused where that cannot be read
 */
export function limitsOf(access: unknown): Limits {
  const granted = new Map<string, Set<string>>()
  for (const { type, name, actions } of entriesOf(access)) {
    const key = `${type}:${name}`
    granted.set(key, new Set([...(granted.get(key) ?? []), ...actions]))
  }
  const has = (resource: string, action: string) => {
    const actions = granted.get(resource)
    return actions !== undefined && (actions.has('*') || actions.has(action))
  }
  return {
    covers: (action, repository) => needed(action).every(each => has(`repository:${repository}`, each)),
    catalog: has('registry:catalog', '*'),
  }
}

const needed = (action: Action): readonly string[] => (action === 'push' ? ['pull', 'push'] : [action])

interface Entry {
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

function entriesOf(access: unknown): readonly Entry[] {
  if (access === undefined || access === null) return []
  if (!Array.isArray(access) || !access.every(isEntry)) throw new TokenRefused('what the token allows cannot be read')
  return access.map(({ type, name, actions }) => ({ type, name, actions: actions ?? [] }))
}

function isEntry(entry: unknown): entry is Entry {
  if (typeof entry !== 'object' || entry === null) return false
  const { type, name, actions } = entry as Readonly<Record<string, unknown>>
  const listed = actions === undefined || actions === null || (Array.isArray(actions) && actions.every(each => typeof each === 'string'))
  return typeof type === 'string' && typeof name === 'string' && listed
}
