/*
 * What should come of a request, as the documentation has it (docs/authentication.md), written down once more and without a look at the implementation:
 * with its own reading of globs and of names, by the longest and plainest way.
 */

export interface PlainRule {
  repositories: string[]
  who: string[]
  actions: string[]
}

export interface PlainIdentity {
  kind: 'anonymous' | 'user' | 'robot' | 'claims'
  name: string
  groups?: string[]
  claims?: string[]
  /** A robot's own. */
  grants?: { repositories: string[]; actions: string[] }[]
}

/** Everything from here to the end of the name is tried, one segment after the other. */
function globMatches(glob: string[], name: string[]): boolean {
  const [pattern, ...others] = glob
  if (pattern === undefined) return name.length === 0
  if (pattern === '**') {
    // At the end: what lies below. Elsewhere: any number of segments.
    if (others.length === 0) return name.length > 0
    return globMatches(others, name) || (name.length > 0 && globMatches(glob, name.slice(1)))
  }
  const [segment, ...rest] = name
  if (segment === undefined) return false
  const expression = `^${pattern.replace(/[.]/g, '[.]').replace(/\*/g, '.*')}$`
  return new RegExp(expression).test(segment) && globMatches(others, rest)
}

export const matches = (glob: string, name: string) => globMatches(glob.split('/'), name.split('/'))

function isMeant(who: string, identity: PlainIdentity): boolean {
  if (who === 'anonymous') return true
  if (who === 'signed-in') return identity.kind === 'user' || identity.kind === 'claims'
  if (who === 'robots') return identity.kind === 'robot'
  if (who === `user:${identity.name}`) return identity.kind === 'user'
  if (who === `robot:${identity.name}`) return identity.kind === 'robot'
  for (const group of identity.groups ?? []) if (who === `group:${group}`) return true
  for (const claim of identity.claims ?? []) if (who === `claim:${claim}`) return true
  return false
}

/** @param rules absent: there are none */
export function allowed(rules: PlainRule[] | undefined, identity: PlainIdentity, action: string, repository: string): boolean {
  for (const grant of identity.grants ?? []) {
    for (const glob of grant.repositories) if (matches(glob, repository) && grant.actions.includes(action)) return true
  }
  if (rules === undefined) return identity.kind === 'user' || identity.kind === 'claims'
  for (const rule of rules) {
    const isFor = rule.who.some(who => isMeant(who, identity))
    const isThere = rule.repositories.some(glob => matches(glob, repository))
    if (isFor && isThere && rule.actions.includes(action)) return true
  }
  return false
}

/** The action somewhere at all. */
export function allowedSomewhere(rules: PlainRule[] | undefined, identity: PlainIdentity, action: string): boolean {
  for (const grant of identity.grants ?? []) if (grant.actions.includes(action)) return true
  if (rules === undefined) return identity.kind === 'user' || identity.kind === 'claims'
  return rules.some(rule => rule.actions.includes(action) && rule.who.some(who => isMeant(who, identity)))
}

/** The action in every repository that could be: one glob says so. */
export function allowedEverywhere(rules: PlainRule[] | undefined, identity: PlainIdentity, action: string): boolean {
  for (const grant of identity.grants ?? []) if (grant.repositories.includes('**') && grant.actions.includes(action)) return true
  if (rules === undefined) return identity.kind === 'user' || identity.kind === 'claims'
  return rules.some(
    rule => rule.repositories.includes('**') && rule.actions.includes(action) && rule.who.some(who => isMeant(who, identity)),
  )
}
