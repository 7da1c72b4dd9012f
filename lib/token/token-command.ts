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
  const command = program.command('token').description('what robots sign in with, in place of a password').addHelpText('after', help)
  const setting = () => ({ ...surroundings, folder: folder(), now: () => new Date(), wait: surroundings.wait ?? setTimeout })

  placed(command.command('create'))
    .description('make a token, and print it: this once')
    .argument('<name>', 'how rules (robot:NAME) and the log call whoever has it')
    .option('--repository <globs...>', 'what it is for, such as team/app or team/**')
    .option('--actions <list>', 'what it may do there: pull, push, delete, catalog, with commas between them', 'pull')
    .option('--expires <when>', 'after so long (90d, 12h), at a date (2030-01-31), or never', '90d')
    .action((name: string, options: NewToken & TokenPlace, self: Command) =>
      carryOut(self, tokens =>
        tokens.createToken(name, { ...options, actionsGiven: self.getOptionValueSource('actions') === 'cli' }, setting()),
      ),
    )

  placed(command.command('list'))
    .description('list the tokens, by name: none can be shown again')
    .action((options: TokenPlace, self: Command) => carryOut(self, tokens => tokens.listTokens(options, setting())))

  placed(command.command('revoke'))
    .description('take tokens away')
    .argument('<id>', 'as list and create show it; or a name: then all tokens of that name')
    .action((id: string, options: TokenPlace, self: Command) => carryOut(self, tokens => tokens.revokeToken(id, options, setting())))
}

const placed = (command: Command) =>
  command
    .option('--config <file>', 'in the storage of the registry that this config.yml is of, for all of its replicas')
    .option('--environment <name>', "in the bucket of an environment's registry, for all of its replicas")

const help = `
docker login takes a token as the password, with any name for the user. Only its hash is kept. The registry knows of a new one at once;
revoke ends when no replica takes that token any more. Without --repository a token may do only what rules (access:) give to robot:NAME.
The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, or from wherever the AWS SDK finds them.`
