import type { Admission } from './gate.ts'

export interface BearerChallengeOptions {
  /** Where tokens are to be had: a URL. */
  realm: (admission: Admission) => string
  service: string
}

/**
 * `WWW-Authenticate: Bearer …`, by which a client knows where to ask for a token, and for what
 * (https://distribution.github.io/distribution/spec/auth/token/).
 */
export const bearerChallenge =
  ({ realm, service }: BearerChallengeOptions) =>
  (admission: Admission, error?: 'invalid_token' | 'insufficient_scope'): string => {
    const scope = scopeOf(admission)
    const parts = [`realm=${quoted(realm(admission))}`, `service=${quoted(service)}`]
    if (scope !== undefined) parts.push(`scope=${quoted(scope)}`)
    if (error !== undefined) parts.push(`error=${quoted(error)}`)
    return `Bearer ${parts.join(',')}`
  }

/** Who pushes is told to ask for both: no client can push without looking at what is there. */
function scopeOf({ scope, repository, source }: Admission): string | undefined {
  if (scope === 'none') return undefined
  if (scope === 'catalog') return 'registry:catalog:*'
  const own = `repository:${repository}:${scope === 'push' ? 'pull,push' : scope}`
  return source === undefined ? own : `${own} repository:${source}:pull`
}

/** What is within quotes, in a header, whatever it is made of. */
const quoted = (text: string) => `"${text.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`
