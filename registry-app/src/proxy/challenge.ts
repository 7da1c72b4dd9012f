import { parseChallenges } from './challenges.ts'

/** What an answer of 401 asks for (RFC 9110, section 11.6.1). */
export type Challenge =
  | { readonly scheme: 'basic' }
  /** Distribution's token authentication: `realm` says where tokens are to be had. */
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined }

/** Longer ones are no challenges. */
const longest = 4096

/** The first challenge that this registry can meet; Bearer before Basic, as docker prefers it. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined || header.length > longest) return undefined
  const challenges = parseChallenges(header)
  const { realm, service } = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters ?? {}
  if (realm) return { scheme: 'bearer', realm, service }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined
}
