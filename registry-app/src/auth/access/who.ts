import type { Identity } from '../identity.ts'

/** Whom a rule is for. */
export type Who = (identity: Identity) => boolean

/** Words that stand alone, and those that a name follows. */
export const soleWords = ['anonymous', 'signed-in', 'robots'] as const
export const namedWords = ['user', 'group', 'claim', 'robot'] as const

/** Of a word that is followed by a name, both; of one that stands alone, the name is empty. */
export interface WhoTerm {
  readonly word: (typeof soleWords)[number] | (typeof namedWords)[number]
  readonly name: string
}

/** @returns `undefined`: it is nobody */
export function parseWho(text: string): WhoTerm | undefined {
  const sole = soleWords.find(word => word === text)
  if (sole) return { word: sole, name: '' }
  const colon = text.indexOf(':')
  const named = namedWords.find(word => word === text.slice(0, colon))
  const name = text.slice(colon + 1)
  return named && name !== '' && name === name.trim() ? { word: named, name } : undefined
}

/** @param text one that `parseWho` understands */
export function compileWho(text: string): Who {
  const term = parseWho(text)
  if (!term) throw new TypeError(`${text} is nobody whom a rule could be for`)
  const { word, name } = term
  switch (word) {
    // Whoever signs in must not lose what he could do before.
    case 'anonymous':
      return () => true
    // Robots are made for something: they get no more than that, unless a rule speaks of them.
    case 'signed-in':
      return ({ kind }) => kind === 'user' || kind === 'claims'
    case 'robots':
      return ({ kind }) => kind === 'robot'
    case 'user':
      return identity => identity.kind === 'user' && identity.name === name
    case 'group':
      return identity => identity.kind === 'user' && identity.groups.includes(name)
    case 'claim':
      return identity => identity.kind === 'claims' && identity.claims.includes(name)
    case 'robot':
      return identity => identity.kind === 'robot' && identity.name === name
  }
}
