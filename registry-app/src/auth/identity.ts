import type { Action } from './access.ts'

/**
 * Who asks, as it was proven. The rules decide by nothing else (`access/`).
 *
 * What proves the same thing again should give the same object again: what the rules say of it is remembered with it.
 */
export type Identity = Anonymous | User | Robot | Claimant

/** Nobody in particular. What he may, everybody may. */
export interface Anonymous {
  readonly kind: 'anonymous'
}

/** A person, or whatever else has a name and a password. */
export interface User {
  readonly kind: 'user'
  readonly name: string
  /** Those that he is in, as the configuration has them. */
  readonly groups: readonly string[]
}

/** Whoever holds a robot's token. He may what it was made for, and what rules give him by name; not what they give to everyone signed in. */
export interface Robot {
  readonly kind: 'robot'
  readonly name: string
  readonly grants: readonly Grant[]
}

/** Whoever was vouched for by an issuer of identities (OpenID Connect). */
export interface Claimant {
  readonly kind: 'claims'
  /** The subject that the issuer names. */
  readonly name: string
  /** The names of the patterns that his claims fit: at least one, or he is not signed in. */
  readonly claims: readonly string[]
}

/** So much is allowed where one of the globs fits (`access/glob.ts`). */
export interface Grant {
  readonly repositories: readonly string[]
  readonly actions: readonly Action[]
}

export const anonymous: Anonymous = { kind: 'anonymous' }

export const nameOf = (identity: Identity): string | undefined => (identity.kind === 'anonymous' ? undefined : identity.name)
