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
    .option('--tags <globs...>', 'only tags that match: v*, latest')
    .option('--platform <platforms...>', 'only these platforms of multi-platform images: linux/amd64, linux/arm/v7')
    .option('--no-referrers', 'do not copy signatures and whatever else refers to an image')
    .option('--insecure', 'allow plain HTTP, and certificates that are not trusted')
    .option('--ca <file>', 'certificates to trust besides those of Node.js, in PEM')
    .option('--from-user <name>', 'the user name at the source')
    .option('--from-password-file <file>', 'a file with the password')
    .option('--to-user <name>', 'the user name at the target')
    .option('--to-password-file <file>', 'a file with the password')
    .option('--jobs <number>', 'how many copies run at a time', '4')
    .option('--delete', 'delete tags at the target that the source no longer has')
    .option('--dry-run', 'change nothing, and say what would be copied')
    .option('--json', 'print one JSON document at the end instead of lines')
    .option('--watch', 'keep running: the target follows the source, as a standby')
    .option('--interval <duration>', 'with --watch, how often tags are compared', '30s')
    .option('--recheck <duration>', 'with --watch, how often everything is compared anew, at both sides', '1h')
    .option('--metrics <address>', 'with --watch, serve metrics at HOST:PORT')
    .addHelpText('after', help)
    .action((source: string, target: string, options: CopyOptions, self: Command) =>
      carryOut(self, copying => copying.runCopy(source, target, options, surroundings)),
    )
}

const help = `
Without a tag, all tags are copied. What the target already has is not sent again, so an interrupted copy can be started again. To a target that is only a
host, repositories keep their names; from HOST/team/** to HOST/mirror/**, team/app becomes mirror/app. http:// before a host allows plain HTTP there.
--tags and --platform take every word that follows, so they stand after source and target.

Credentials come from these options, from COPY_FROM_USER, COPY_FROM_PASSWORD, COPY_TO_USER and COPY_TO_PASSWORD, or from docker login. Exit codes: 0 if
everything was copied, 1 if something failed, 2 for a mistake on the command line.`
