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
    .description('add, remove and list the users of a registry (auth.htpasswd, auth.local)')
    .addHelpText('after', help)
  const setting = () => ({ ...surroundings, folder: folder() })

  placed(command.command('add'))
    .description('add a user, or change the password of one')
    .argument('<name>', 'the user name')
    .option('--password-stdin', 'read the password from standard input')
    .option('--password-file <file>', 'read it from a file')
    .option('--generate', 'generate one, and print it')
    .action((name: string, options: UserPlace & PasswordSource, self: Command) =>
      carryOut(self, users => users.addUser(name, options, setting())),
    )

  placed(command.command('remove'))
    .description('remove a user')
    .argument('<name>', 'the user name')
    .action((name: string, options: UserPlace, self: Command) => carryOut(self, users => users.removeUser(name, options, setting())))

  placed(command.command('list'))
    .description('list the users')
    .action((options: UserPlace, self: Command) => carryOut(self, users => users.listUsers(options, setting())))
}

const placed = (command: Command) =>
  command
    .option('--file <htpasswd>', 'in the file that auth.htpasswd.path or auth.local.path names')
    .option('--config <file>', 'in the storage that this config.yml of a registry names, for all of its replicas')
    .option('--environment <name>', 'in the bucket of this environment, for all replicas of its registry')

const help = `
The password is asked for: on the command line, every user of the machine could read it. Its bcrypt hash is stored.
The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, with --environment also from TF_VAR_s3_access_key and
TF_VAR_s3_secret_key, or from wherever the AWS SDK finds them.`
