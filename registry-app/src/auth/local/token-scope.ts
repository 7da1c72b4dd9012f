import { asName } from '../../registry/name.ts'
import type { Access, Action } from '../access.ts'
import type { Limits } from '../gatekeeper.ts'
import type { Identity } from '../identity.ts'

/** What a token is for, as it stands in it (https://distribution.github.io/distribution/spec/auth/jwt/). */
export interface ScopeGrant {
  readonly type: 'repository' | 'registry'
  readonly name: string
  readonly actions: readonly string[]
}

/** Words of Docker's scopes; `*` stands for all of them. */
const scopeActions = ['pull', 'push', 'delete'] as const

/** So many are looked at: docker asks for two, when it mounts. */
const most = 64

/**
 * What is asked for, in the words of `scope` (https://distribution.github.io/distribution/spec/auth/scope/): several, parted by spaces. What is not
 * understood is asked for in vain, as the specification has it, and is no error.
 */
export function parseScopes(texts: readonly string[]): readonly ScopeGrant[] {
  return texts
    .flatMap(text => text.split(' '))
    .filter(text => text !== '')
    .slice(0, most)
    .flatMap(text => parseScope(text) ?? [])
}

function parseScope(text: string): ScopeGrant | undefined {
  // A class of resource, as in `repository(plugin)`, says nothing here.
  const [, type, name = '', wanted = ''] = /^([a-z0-9]+)(?:\([a-z0-9]+\))?:(.+):([a-zA-Z,*]*)$/.exec(text) ?? []
  const actions = wanted.split(',')
  if (type === 'registry') return name === 'catalog' && actions.includes('*') ? { type, name, actions: ['*'] } : undefined
  if (type !== 'repository' || asName(name) === undefined) return undefined
  return { type, name, actions: scopeActions.filter(action => actions.includes(action) || actions.includes('*')) }
}

/** So much of it as the rules allow. What nothing is left of is left out. */
export function granted(asked: readonly ScopeGrant[], identity: Identity, access: Access): readonly ScopeGrant[] {
  const allowed = asked.map(({ type, name, actions }) =>
    type === 'registry'
      ? { type, name, actions: access.anywhere(identity, 'catalog') ? actions : [] }
      : { type, name, actions: scopeActions.filter(action => actions.includes(action) && access.may(identity, action, name)) },
  )
  return allowed.filter(({ actions }) => actions.length > 0)
}

/** What a token that was given so much is for. */
export function limitsOf(grants: readonly ScopeGrant[]): Limits {
  const repositories = new Map<string, Set<string>>()
  for (const { type, name, actions } of grants) {
    if (type === 'repository') repositories.set(name, new Set([...(repositories.get(name) ?? []), ...actions]))
  }
  return {
    covers: (action: Action, repository) => repositories.get(repository)?.has(action) === true,
    catalog: grants.some(({ type, name, actions }) => type === 'registry' && name === 'catalog' && actions.includes('*')),
  }
}
