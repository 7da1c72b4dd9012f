/** What one of the claims of a token must be. */
export type ClaimPattern = (claim: unknown) => boolean

/**
 * `*` stands for anything without a slash or a colon, `**` for anything: `acme/*` is every repository of `acme`, and `repo:acme/*:ref:refs/heads/main`
 * the main branch of each. Several are alternatives. Of a claim that is a list, one has to fit.
 */
export function compileClaimPattern(texts: readonly string[]): ClaimPattern {
  const patterns = texts.map(text => text.split(/(\*\*|\*)/).filter(part => part !== ''))
  const fits = (value: unknown) => {
    const text = textOf(value)
    return text !== undefined && patterns.some(parts => matches(parts, text))
  }
  return claim => (Array.isArray(claim) ? claim.slice(0, mostValues).some(fits) : fits(claim))
}

/** Of a list of groups. */
const mostValues = 1000

/** GitLab writes `"true"`, and others `true`. */
const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

/** Where each part can end, one part after the other: it takes as long as the text has letters, times the parts, whatever they are. */
function matches(parts: readonly string[], text: string): boolean {
  let ends = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    if (part === '**') {
      for (let at = Math.min(...ends); at <= text.length; at += 1) next.add(at)
    } else if (part === '*') {
      for (const start of ends) {
        for (let at = start; !next.has(at) && at <= text.length; at += 1) {
          next.add(at)
          if (text[at] === '/' || text[at] === ':') break
        }
      }
    } else for (const start of ends) if (text.startsWith(part, start)) next.add(start + part.length)
    if (next.size === 0) return false
    ends = next
  }
  return ends.has(text.length)
}
