import type { Action } from '../access.ts'
import { type Identity, nameOf } from '../identity.ts'
import { type CompiledRule, ownRules } from './rules.ts'

/** Why somebody may do something, or what was missing. */
export interface Explanation {
  /** The names of the rules that allow it; none: it is not allowed. */
  readonly allowedBy: readonly string[]
  /** Where none does: those that come near, and what each of them lacks. */
  readonly nearly: readonly { readonly rule: string; readonly lacks: 'the action' | 'the repository' | 'who asks' }[]
}

export function explain(rules: readonly CompiledRule[], identity: Identity, action: Action, repository: string): Explanation {
  const all = [...rules, ...ownRules(identity)].map(rule => ({
    rule: rule.name,
    lacks: [
      ...(rule.isFor(identity) ? [] : ['who asks' as const]),
      ...(rule.covers(repository) ? [] : ['the repository' as const]),
      ...(rule.allows(action) ? [] : ['the action' as const]),
    ],
  }))
  const allowedBy = all.filter(({ lacks }) => lacks.length === 0).map(({ rule }) => rule)
  if (allowedBy.length > 0) return { allowedBy, nearly: [] }
  const nearly = all.flatMap(({ rule, lacks: [first, ...more] }) => (first && more.length === 0 ? [{ rule, lacks: first }] : []))
  return { allowedBy, nearly }
}

/** `user alice`, `robot deploy`, `nobody in particular`. */
export function describeIdentity(identity: Identity): string {
  const name = nameOf(identity)
  switch (identity.kind) {
    case 'anonymous':
      return 'nobody in particular'
    case 'claims':
      return `${name} by ${identity.claims.map(claim => `claim:${claim}`).join(', ')}`
    case 'user':
      return identity.groups.length === 0 ? `user ${name}` : `user ${name} (in ${identity.groups.join(', ')})`
    case 'robot':
      return `robot ${name}`
  }
}
