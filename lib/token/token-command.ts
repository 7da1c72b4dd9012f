import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Surroundings } from '../kit.ts'
import type { NewToken, TokenPlace } from './tokens.ts'

export interface TokenCommandOptions {
  /** The folder of the environment files. */
  readonly folder: () => string
  readonly surroundings: Surroundings
  /** Loads what does the work, and ends the command with its exit code. */
  readonly carryOut: (command: Command, work: (tokens: typeof import('./tokens.ts')) => Promise<number>) => Promise<void>
}

/** `kit token`: what robots sign in with. */
export function addTokenCommand(program: Command, { folder, surroundings, carryOut }: TokenCommandOptions): void {
  const command = program
    .command('token')
    .description('create, list and revoke tokens, by which programs sign in without a password')
    .addHelpText('after', help)
  const setting = () => ({ ...surroundings, folder: folder(), now: () => new Date(), wait: surroundings.wait ?? setTimeout })

  placed(command.command('create'))
    .description('create a token, and print it: it is not shown again')
    .argument('<name>', 'the name in access rules (robot:NAME) and in the log')
    .option('--repository <globs...>', 'the repositories that it is for, such as team/app or team/**')
    .option('--actions <list>', 'what it may do there: pull, push, delete, catalog, separated by commas', 'pull')
    .option('--expires <when>', 'after a time (90d, 12h), on a date (2030-01-31), or never', '90d')
    .action((name: string, options: NewToken & TokenPlace, self: Command) =>
      carryOut(self, tokens =>
        tokens.createToken(name, { ...options, actionsGiven: self.getOptionValueSource('actions') === 'cli' }, setting()),
      ),
    )

  placed(command.command('list'))
    .description('list the tokens: their names, not their secrets')
    .action((options: TokenPlace, self: Command) => carryOut(self, tokens => tokens.listTokens(options, setting())))

  placed(command.command('revoke'))
    .description('revoke a token')
    .argument('<id>', 'the id that list and create show; or a name, for all tokens of that name')
    .action((id: string, options: TokenPlace, self: Command) => carryOut(self, tokens => tokens.revokeToken(id, options, setting())))
}

const placed = (command: Command) =>
  command
    .option('--config <file>', 'in the storage that this config.yml of a registry names, for all of its replicas')
    .option('--environment <name>', 'in the bucket of this environment, for all replicas of its registry')

const help = `
Sign in with any user name and the token as the password. Only its hash is stored. A new token works at once; revoke returns when no replica
accepts that token any more. Without --repository a token may do only what access rules give to robot:NAME.
The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, with --environment also from TF_VAR_s3_access_key and
TF_VAR_s3_secret_key, or from wherever the AWS SDK finds them.`
