import type { AccessRule } from './rules.ts'
import { parseWho } from './who.ts'

export interface Named {
  readonly groups: readonly string[]
  /** The names that identity tokens can be known by. */
  readonly claims: readonly string[]
  /** Whether people sign in here; else a token server elsewhere tells no more of anybody than his name. */
  readonly here: boolean
}

/** What in the rules has no effect and was probably meant to have one, a sentence each: whom nothing in the configuration makes, and `administer` for some repositories. */
export function idleParts(rules: readonly AccessRule[], { groups, claims, here }: Named): readonly string[] {
  return rules.flatMap(({ name, repositories, who, actions }, index) => {
    const rule = name ?? `rule ${index + 1}`
    const nobody = who.flatMap(text => {
      const term = parseWho(text)
      if (term === undefined) return []
      const reason = reasonAgainst(term.word, term.name)
      return reason === undefined ? [] : [`access: ${rule} is for ${text}, which is nobody: ${reason}`]
    })
    if (!actions.includes('administer') || repositories.includes('**')) return nobody
    return [...nobody, `access: ${rule} allows administer, which counts only where it is given for every repository ("**")`]
  })

  function reasonAgainst(word: string, name: string): string | undefined {
    if (!here) {
      const local = word === 'group' || word === 'claim' || word === 'robot' || word === 'robots'
      return local ? 'with auth.token, only the names of users are known' : undefined
    }
    if (word === 'group' && !groups.includes(name)) return 'groups has no such name'
    if (word === 'claim' && !claims.includes(name)) return 'auth.oidc has no entry of that name'
    return undefined
  }
}
