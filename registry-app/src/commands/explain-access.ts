import { InvalidArgumentError } from 'commander'
import { describeIdentity, type Explanation, explain } from '../auth/access/explain.ts'
import { groupsIn } from '../auth/access/groups.ts'
import { compileRules, noRules } from '../auth/access/rules.ts'
import { type Action, actions } from '../auth/access.ts'
import { anonymous, type Identity } from '../auth/identity.ts'
import { nearest } from '../config/nearest.ts'
import type { Config } from '../config/schema/config.ts'
import { asName } from '../registry/name.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

export interface ExplainOptions {
  /** Nobody of these: somebody who has not signed in. */
  readonly user?: string | undefined
  readonly robot?: string | undefined
  /** The names of the claims that somebody's identity token fits. */
  readonly claim?: readonly string[] | undefined
  /** In addition to those of the configuration. */
  readonly group?: readonly string[] | undefined
  readonly repository: string
  readonly action: string
}

/**
 * `access explain`: whether somebody may do something, and by which rules, or what was missing.
 *
 * @returns whether he may
 * @throws ConfigError with every complaint at once, InvalidArgumentError for an option
 */
export function explainAccess(source: ConfigSource, options: ExplainOptions, print: (text: string) => void): boolean {
  const { config } = loadFrom(source)
  const action = actionOf(options.action)
  const { repository } = options
  if (asName(repository) === undefined) complain('--repository', `${repository} can be no repository's name`)
  if (!config.auth?.htpasswd && !config.auth?.local) {
    print(`yes: without auth, everybody may ${action} everywhere\n`)
    return true
  }
  const identity = identityOf(options, config)
  const rules = compileRules(config.access ?? noRules)
  const explanation = explain(rules, identity, action, repository)
  const allowed = explanation.allowedBy.length > 0
  print(`${describeIdentity(identity)} may ${allowed ? '' : 'not '}${action} ${repository}\n${because(explanation, config, action)}`)
  if (allowed && action === 'catalog' && explain(rules, identity, 'pull', repository).allowedBy.length === 0) {
    print('it is not listed all the same, because only what one may pull is\n')
  }
  return allowed
}

const unmatched = { 'who asks': 'its who names somebody else', 'the repository': 'its repositories are others' } as const

function because({ allowedBy, nearly }: Explanation, { access }: Config, action: Action): string {
  if (access === undefined) {
    return allowedBy.length > 0 ? 'because there are no rules: everyone signed in may do everything\n' : 'because nobody is signed in\n'
  }
  if (allowedBy.length > 0) return allowedBy.map(name => `allowed by ${name}\n`).join('')
  if (nearly.length === 0) return `no rule comes close: none matches two of who, repositories and actions\n`
  return nearly
    .map(
      ({ rule, lacks }) =>
        `${rule} does not allow it: ${lacks === 'the action' ? `${action} is not among its actions` : unmatched[lacks]}\n`,
    )
    .join('')
}

function identityOf({ user, robot, claim = [], group = [] }: ExplainOptions, { groups }: Config): Identity {
  const given = [user && '--user', robot && '--robot', claim.length > 0 && '--claim'].filter(each => typeof each === 'string')
  if (given.length > 1) complain(given.join(' and '), 'are different ones: leave one')
  if (group.length > 0 && user === undefined) complain('--group', 'is about a user: name one with --user')
  if (robot !== undefined) return { kind: 'robot', name: robot, grants: [] }
  if (claim.length > 0) return { kind: 'claims', name: 'somebody', claims: claim }
  if (user === undefined) return anonymous
  return { kind: 'user', name: user, groups: [...new Set([...groupsIn(groups)(user), ...group])] }
}

function actionOf(word: string): Action {
  const found = actions.find(action => action === word)
  if (found) return found
  const meant = nearest(word, actions)
  return complain('--action', `must be one of ${actions.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`)
}

function complain(option: string, message: string): never {
  throw new InvalidArgumentError(`${option}: ${message}`)
}
