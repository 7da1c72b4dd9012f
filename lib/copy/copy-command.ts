import type { Command } from 'commander'
import type { CopyOptions } from './options.ts'
import type { CopySetting } from './run-copy.ts'

export interface CopyCommandOptions {
  readonly surroundings: CopySetting
  /** Loads what does the work, and ends the command with its exit code. */
  readonly carryOut: (
    command: Command,
    work: (copying: Pick<typeof import('./run-copy.ts'), 'runCopy'>) => Promise<number>,
  ) => Promise<void>
}

/** `kit copy`: images from one place to another. */
export function addCopyCommand(program: Command, { surroundings, carryOut }: CopyCommandOptions): void {
  program
    .command('copy')
    .description('copy images between registries, OCI layouts and archives of docker save')
    .argument(
      '<source>',
      'HOST, HOST/team/**, HOST/REPOSITORY[:TAG], oci:FOLDER[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:NAME]',
    )
    .argument('<target>', 'the same')
    .option('--tags <globs...>', 'only tags like these: v*, latest')
    .option('--platform <platforms...>', 'of images for many, only these: linux/amd64, linux/arm/v7')
    .option('--no-referrers', 'without signatures and whatever else refers to an image')
    .option('--insecure', 'plain HTTP will do, and a certificate that nobody vouches for')
    .option('--ca <file>', 'certificates in PEM to trust as well')
    .option('--from-user <name>', 'who signs in at the source')
    .option('--from-password-file <file>', 'with the password in it')
    .option('--to-user <name>', 'who signs in at the target')
    .option('--to-password-file <file>', 'with the password in it')
    .option('--jobs <number>', 'how much is under way at a time', '4')
    .option('--delete', 'delete tags at the target that are at the source no more')
    .option('--dry-run', 'change nothing, and say what would be')
    .option('--json', 'one JSON document at the end instead of lines')
    .option('--watch', 'go on for ever: a standby of the source')
    .option('--interval <duration>', 'with --watch, how often tags are compared', '30s')
    .option('--recheck <duration>', 'with --watch, how often everything is compared, as if nothing were known', '1h')
    .option('--metrics <address>', 'with --watch, serve metrics at HOST:PORT')
    .addHelpText('after', help)
    .action((source: string, target: string, options: CopyOptions, self: Command) =>
      carryOut(self, copying => copying.runCopy(source, target, options, surroundings)),
    )
}

const help = `
Without a tag, all tags are copied; what is at the target already is not sent again, so an interrupted copy goes on when it is typed again. To a target
that is a host alone, repositories keep their names; from HOST/team/** to HOST/mirror/**, team/app becomes mirror/app. http:// before a host takes plain HTTP to that one.

Who signs in is taken from --from-user and --to-user, from COPY_FROM_USER, COPY_FROM_PASSWORD, COPY_TO_USER and COPY_TO_PASSWORD, or from what docker
login keeps. It ends with 0 if all is there, with 1 if something failed, and with 2 if the command line cannot be read.`
