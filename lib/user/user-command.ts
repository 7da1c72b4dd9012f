import type { Command } from 'commander'
import type { Surroundings } from '../kit.ts'
import type { UserPlace } from './open-user-store.ts'
import type { PasswordSource } from './read-password.ts'

export interface UserCommandOptions {
  /** The folder of the environment files. */
  readonly folder: () => string
  readonly surroundings: Surroundings
  /** Loads what does the work, and ends the command with its exit code. */
  readonly carryOut: (command: Command, work: (users: typeof import('./users.ts')) => Promise<number>) => Promise<void>
}

/** `kit user`: who may sign in to a registry. */
export function addUserCommand(program: Command, { folder, surroundings, carryOut }: UserCommandOptions): void {
  const command = program
    .command('user')
    .description('who may sign in to a registry (auth.htpasswd, auth.local)')
    .addHelpText('after', help)
  const setting = () => ({ ...surroundings, folder: folder() })

  placed(command.command('add'))
    .description('add a user, or give another password to one')
    .argument('<name>', 'what is typed at the sign-in')
    .option('--password-stdin', 'take the password from standard input')
    .option('--password-file <file>', 'take it from a file')
    .option('--generate', 'make one, and print it')
    .action((name: string, options: UserPlace & PasswordSource, self: Command) =>
      carryOut(self, users => users.addUser(name, options, setting())),
    )

  placed(command.command('remove'))
    .description('take a user away')
    .argument('<name>', 'what is typed at the sign-in')
    .action((name: string, options: UserPlace, self: Command) => carryOut(self, users => users.removeUser(name, options, setting())))

  placed(command.command('list'))
    .description('list the users')
    .action((options: UserPlace, self: Command) => carryOut(self, users => users.listUsers(options, setting())))
}

const placed = (command: Command) =>
  command
    .option('--file <htpasswd>', 'in the file that auth.htpasswd.path or auth.local.path names')
    .option('--config <file>', 'in the storage of the registry that this config.yml is of, for all of its replicas')
    .option('--environment <name>', "in the bucket of an environment's registry, for all of its replicas")

const help = `
A password is asked for, and never given on the command line, where every user of the machine could read it. It is kept as a hash (bcrypt).
The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, or from wherever the AWS SDK finds them.`
