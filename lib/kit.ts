import { Command } from 'commander'
import { ConfigError } from '../registry-app/src/config/complaint.ts'
import { S3Error } from '../registry-app/src/s3/errors.ts'
import type { Ask } from './ask.ts'
import type { CheckOptions } from './check/command.ts'
import { addGuides } from './command-guides.ts'
import { addCopyCommand } from './copy/copy-command.ts'
import type { DoctorOptions } from './doctor/target-from-options.ts'
import { EnvironmentError } from './environment/environment-error.ts'
import { renderRegistryConfig } from './environment/registry-config.ts'
import { selectEnvironments } from './environment/select-environments.ts'
import type { Answers } from './init/answers.ts'
import { kitCommand } from './kit-command.ts'
import type { ReleaseCommandOptions } from './release/command.ts'
import { addTokenCommand } from './token/token-command.ts'
import { UsageError } from './usage-error.ts'
import type { SecretInput } from './user/secret-input.ts'
import { addUserCommand } from './user/user-command.ts'
import { version } from './version.ts'

/** What the command line takes from the process that it is in. */
export interface Surroundings {
  out(text: string): void
  error(text: string): void
  readonly variables: Readonly<Record<string, string | undefined>>
  /** For passwords. */
  readonly input: SecretInput
  /** Aborted when somebody wants the command to end. */
  readonly signal: AbortSignal
  readonly ask: Ask
  /** Ends after so many milliseconds; the process's own clock where it is left out. */
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

/**
 * Runs the kit's command line.
 *
 * @param args without the program's own name, such as `['config', 'local']`
 * @returns the exit code: 0, 1 for what the environments or a bucket have wrong, 2 for a command line that cannot be read
 */
export async function runKit(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let code = 0
  try {
    await kit(surroundings, found => (code = found)).parseAsync(args, { from: 'user' })
    return code
  } catch (cause) {
    if (cause instanceof EnvironmentError || cause instanceof ConfigError) {
      surroundings.error(`${cause.message}\n${cause.guides}\n`)
      return 1
    }
    // Commander has said it already.
    if (cause instanceof Error && 'exitCode' in cause && typeof cause.exitCode === 'number') return cause.exitCode === 0 ? 0 : 2
    const expected = explain(cause)
    if (expected === undefined) throw cause
    surroundings.error(`${expected}\n`)
    return 1
  }
}

/** What a store or the operating system refuses is said without a stack: whoever typed it can mend it. `undefined` for what nobody expected. */
function explain(cause: unknown): string | undefined {
  if (cause instanceof S3Error) return `${cause.message}\nsee docs/providers.md`
  return cause instanceof Error && 'syscall' in cause ? cause.message : undefined
}

/** The definition of the kit's command line; `end` hears the exit code of what was carried out. */
export function kit(surroundings: Surroundings, end: (code: number) => void): Command {
  const { out, error, variables, signal, ask } = surroundings
  const program = new Command(kitCommand)
    .description(
      'Prepares and looks after a private container registry. To deploy it: npx cdk deploy (AWS) or npx cdktf deploy (a Docker engine).',
    )
    .version(version(), '-v, --version')
    .option('--environments <folder>', 'the folder of the environment files', 'environments')
    .addHelpText(
      'after',
      `\nMore about a command, with examples: ${kitCommand} help doctor, for instance. docs/README.md lists the guides.`,
    )
    .configureOutput({ writeOut: out, writeErr: error })
    .exitOverride()
  const folder = (): string => program.opts<{ environments: string }>().environments

  /** What is missing on the command line is said as commander says it. */
  const carryOut = async (command: Command, work: () => Promise<number>) => {
    try {
      end(await work())
    } catch (cause) {
      if (!(cause instanceof UsageError)) throw cause
      command.error(`error: ${cause.message}`)
    }
  }

  program
    .command('environments')
    .description('list the environments, and the engine that deploys each: cdk or cdktf')
    .action(() => {
      for (const { name, engine } of selectEnvironments({ folder: folder() })) out(`${name}\t${engine}\n`)
    })

  program
    .command('config')
    .description("print the config.yml that an environment's registry gets")
    .argument('<environment>', 'its name: that of its file, without .yml')
    .action((name: string) => {
      for (const environment of selectEnvironments({ folder: folder(), name })) out(renderRegistryConfig(environment))
    })

  program
    .command('init')
    .description('write the file of a new environment, and ask for whatever no option gives')
    .argument('<environment>', 'its name, and that of its file')
    .option('--engine <name>', 'cdktf (a Docker engine) or cdk (AWS)')
    .option('--storage <driver>', 'filesystem (a volume of the host) or s3 (a bucket)')
    .option('--provider <name>', 'who runs the S3 store, by a name of docs/providers.md; other: any store, by its --endpoint')
    .option('--account <id>', "the account's id, where it is a part of the provider's endpoint (Cloudflare R2)")
    .option('--endpoint <url>', 'the S3 API of the store: https://host or http://host:port')
    .option('--region <name>', 'the region of the bucket')
    .option('--signing-version <version>', 'v2 or v4: the Signature Version that the store takes')
    .option('--bucket <name>', 'the name of the bucket')
    .option('--existing', 'the bucket exists already, and is never deleted; without this, the deployment creates it')
    .option('--domain <name>', 'the DNS name of the registry')
    .option(
      '--host <what>',
      'the Docker engine: unix:///… or ssh://user@host; on AWS: instance (one small EC2 instance) or fargate (a service that scales)',
    )
    .option('--zone <name>', 'on AWS: the Route 53 hosted zone of the domain, such as example.com')
    .option('--zone-id <id>', 'on AWS: the id of that zone; without it, the deployment creates the zone')
    .action((name: string, options: Answers, command: Command) =>
      carryOut(command, async () => {
        const { init } = await import('./init/command.ts')
        await init(name, options, { out, ask, folder: folder() })
        return 0
      }),
    )

  program
    .command('preflight')
    .description(
      'find out before a deployment what would make it fail: keys and secrets, Docker, ports or quotas, bucket, DNS, certificate',
    )
    .argument('<environment>', 'its name: that of its file, without .yml')
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', preflightHelp)
    .action((name: string, options: { json?: boolean }, command: Command) =>
      carryOut(command, async () => {
        const { preflight } = await import('./preflight/command.ts')
        return preflight(name, options, { out, variables, signal, folder: folder() })
      }),
    )

  program
    .command('doctor')
    .description('test an S3 bucket: whether a registry can use it, and with which settings')
    .option('--environment <name>', 'test the bucket of this environment')
    .option('--provider <name>', 'who runs the store, by a name of docs/providers.md, which knows its endpoint')
    .option('--account <id>', "the account's id, where it is a part of the provider's endpoint (Cloudflare R2)")
    .option('--endpoint <url>', 'the S3 API: https://host or http://host:port; without it, Amazon S3')
    .option('--region <name>', 'the region of the bucket')
    .option('--bucket <name>', 'the bucket, which has to exist')
    .option('--root-directory <folder>', "the registry's rootdirectory: nothing is written outside it")
    .option('--ca <file>', 'certificates to trust besides those of Node.js, in PEM')
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', doctorHelp)
    .action((options: DoctorOptions, command: Command) =>
      carryOut(command, async () => {
        const { doctor } = await import('./doctor/command.ts')
        return doctor(options, { out, variables, signal, folder: folder() })
      }),
    )

  program
    .command('check')
    .description('verify the images of a registry, and say what is missing or damaged')
    .argument('[image]', 'one repository or one image: team/app, team/app:v1 or team/app@sha256:…; without it, all of them')
    .option('--config <file>', 'in the storage that this config.yml of a registry names')
    .option('--environment <name>', 'in the bucket of this environment')
    .option('--deep', 'read every blob and compare it with its digest; without this, compare its size')
    .option('--json', 'print one JSON document instead of lines')
    .addHelpText('after', checkHelp)
    .action((image: string | undefined, options: CheckOptions, command: Command) =>
      carryOut(command, async () => {
        const { checkImages } = await import('./check/command.ts')
        return checkImages(image, options, { out, error, variables, signal, folder: folder() })
      }),
    )

  program
    .command('empty')
    .description("delete everything in an environment's bucket, so that the bucket can be destroyed")
    .argument('<environment>', 'its name; its file has to say onDestroy: empty')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', keysHelp)
    .action((name: string, options: { yes?: boolean }, command: Command) =>
      carryOut(command, async () => {
        const { empty } = await import('./empty/command.ts')
        return empty(name, options, { out, variables, signal, folder: folder(), ask })
      }),
    )

  program
    .command('release')
    .description("build the registry's image for several platforms, without Docker, and push it")
    .argument('<image>', 'where to push it, such as ghcr.io/you/bucket-registry; the default tag is the version and a part of the digest')
    .option('--base <image>', "the Node.js image to build on; by default the Dockerfile's")
    .option('--platform <list>', 'the platforms, separated by commas', 'linux/arm64,linux/amd64')
    .option('--no-sbom', 'push no bill of materials (CycloneDX) that refers to the image')
    .addHelpText('after', releaseHelp)
    .action((target: string, options: ReleaseCommandOptions, command: Command) =>
      carryOut(command, async () => {
        const { releaseCommand } = await import('./release/command.ts')
        return releaseCommand(target, options, { out, error, variables, signal })
      }),
    )

  addUserCommand(program, {
    folder,
    surroundings,
    carryOut: (command, work) => carryOut(command, async () => work(await import('./user/users.ts'))),
  })

  addTokenCommand(program, {
    folder,
    surroundings,
    carryOut: (command, work) => carryOut(command, async () => work(await import('./token/tokens.ts'))),
  })

  addCopyCommand(program, {
    surroundings,
    carryOut: (command, work) => carryOut(command, async () => work(await import('./copy/run-copy.ts'))),
  })

  addGuides(program)
  return program
}

const keysHelp = `
The keys come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, from TF_VAR_s3_access_key and TF_VAR_s3_secret_key, or from
wherever the AWS SDK finds them. It may be interrupted and started again.`

const checkHelp = `
It only reads; the registry may be running. Exit codes: 0 if every image is whole, 1 if one is not, 2 for a mistake on the command line.
The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, with --environment also from TF_VAR_s3_access_key and
TF_VAR_s3_secret_key, or from wherever the AWS SDK finds them.`

const preflightHelp = `
It changes nothing. If the registry is to run on this machine, it listens for a moment on ports 80 and 443. On AWS it uses the credentials and
AWS_ENDPOINT_URL that the AWS SDK finds. Exit codes: 0 if nothing was found, 1 if the deployment would fail, 2 for a mistake on the command line.`

const releaseHelp = `
It pushes with the credentials of docker login, crane auth login or oras login. A bill of materials is attached to the image, as oras discover shows. The
last lines that it prints, the image by its digest, go into an environment's file.`

const doctorHelp = `
The keys come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, with --environment also from TF_VAR_s3_access_key and
TF_VAR_s3_secret_key, or from wherever the AWS SDK finds them (AWS_ACCESS_KEY_ID and so on, a profile, an instance's role). It writes below one random prefix only, and deletes what it wrote, also when it is interrupted.`
