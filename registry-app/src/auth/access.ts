import { type Identity, nameOf } from './identity.ts'

/**
 * What somebody may do with a repository.
 *
 * `catalog`: it is listed to him, where he may pull it too. `administer`: given for every repository, he sees the registry as a whole on its page. Users,
 * robots and the collection of garbage are the command line's, which the bucket's own rights decide on.
 */
export const actions = ['pull', 'push', 'delete', 'catalog', 'administer'] as const
export type Action = (typeof actions)[number]

/** What the rules say (`access:`). Each answer is given at once: this is on the way of every request. */
export interface Access {
  may(identity: Identity, action: Action, repository: string): boolean
  /** In some repository, there or not. */
  anywhere(identity: Identity, action: Action): boolean
  /** In every repository, there or not. */
  everywhere(identity: Identity, action: Action): boolean
}

/** Who asks, and what he may: all that an end-point needs to know. */
export interface Caller {
  /** Absent: nobody in particular, where that is allowed. */
  readonly name: string | undefined
  may(action: Action, repository: string): boolean
  /** In every repository, also those that are not there yet. */
  mayEverywhere(action: Action): boolean
  /** Whether the catalog shows it to him: it does not tell of what he may not pull. */
  sees(repository: string): boolean
}

/** Somebody who may what the rules say. */
export const callerOf = (identity: Identity, access: Access): Caller => ({
  name: nameOf(identity),
  may: (action, repository) => access.may(identity, action, repository),
  mayEverywhere: action => access.everywhere(identity, action),
  sees: repository => access.may(identity, 'catalog', repository) && access.may(identity, 'pull', repository),
})
