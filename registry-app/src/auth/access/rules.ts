import { LRUCache } from 'lru-cache'
import { type Access, type Action, actions } from '../access.ts'
import type { Grant, Identity } from '../identity.ts'
import { compileGlob, type Glob } from './glob.ts'
import { compileWho, type Who } from './who.ts'

/** A rule of the configuration, in its words. */
export interface AccessRule extends Grant {
  /** How the log calls it; absent: by its number, from 1. */
  readonly name?: string | undefined
  readonly who: readonly string[]
}

/** Of a rule, what decides. */
export interface CompiledRule {
  readonly name: string
  readonly isFor: Who
  readonly covers: Glob
  readonly allows: (action: Action) => boolean
  /** Whether it is for every repository. */
  readonly everywhere: boolean
}

/** Without a rule, everyone signed in may do everything, as with Distribution. */
export const noRules: readonly AccessRule[] = [{ name: 'no rules', repositories: ['**'], who: ['signed-in'], actions }]

const compileGrant = ({ repositories, actions: allowed }: Grant): Omit<CompiledRule, 'name' | 'isFor'> => {
  const globs = repositories.map(compileGlob)
  const set = new Set<Action>(allowed)
  return {
    covers: repository => globs.some(glob => glob(repository)),
    allows: action => set.has(action),
    everywhere: repositories.includes('**'),
  }
}

/** @throws GlobError, TypeError for what the schema of the configuration refuses */
export const compileRules = (rules: readonly AccessRule[]): readonly CompiledRule[] =>
  rules.map((rule, index) => {
    const who = rule.who.map(compileWho)
    return { name: rule.name ?? `rule ${index + 1}`, isFor: identity => who.some(each => each(identity)), ...compileGrant(rule) }
  })

/** A robot's own, which are rules for it alone. */
export const ownRules = (identity: Identity): readonly CompiledRule[] =>
  identity.kind === 'robot'
    ? identity.grants.map(grant => ({ name: `the token of ${identity.name}`, isFor: each => each === identity, ...compileGrant(grant) }))
    : []

/** What those rules come to for one who asks. */
interface Lot {
  readonly number: number
  readonly rules: readonly CompiledRule[]
}

/** Remembered decisions, some 200 bytes each. */
const most = 50_000

/** Allowed is what some rule allows to who asks, there; nothing else is. */
export function ruledAccess(rules: readonly CompiledRule[]): Access {
  const lots = new WeakMap<Identity, Lot>()
  const decisions = new LRUCache<string, boolean>({ maxSize: most, sizeCalculation: () => 1 })
  let count = 0

  /** By the object: who proves the same again is given the same one. */
  function lotOf(identity: Identity): Lot {
    let lot = lots.get(identity)
    if (!lot) {
      lot = { number: count++, rules: [...rules.filter(rule => rule.isFor(identity)), ...ownRules(identity)] }
      lots.set(identity, lot)
    }
    return lot
  }

  return {
    may(identity, action, repository) {
      const { number, rules: his } = lotOf(identity)
      const key = `${number} ${action} ${repository}`
      const known = decisions.get(key)
      if (known !== undefined) return known
      const decision = his.some(rule => rule.allows(action) && rule.covers(repository))
      decisions.set(key, decision)
      return decision
    },
    anywhere: (identity, action) => lotOf(identity).rules.some(rule => rule.allows(action)),
    everywhere: (identity, action) => lotOf(identity).rules.some(rule => rule.allows(action) && rule.everywhere),
  }
}
