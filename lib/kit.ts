import { Command } from 'commander'
import { ConfigError } from '../registry-app/src/config/complaint.ts'
import type { Ask } from './ask.ts'
import type { CheckOptions } from './check/command.ts'
import { addGuides } from './command-guides.ts'
import { addCopyCommand } from './copy/copy-command.ts'
import type { DoctorOptions } from './doctor/target-from-options.ts'
import { EnvironmentError } from './environment/environment-error.ts'
import { renderRegistryConfig } from './environment/registry-config.ts'
import { selectEnvironments } from './environment/select-environments.ts'
import type { Answers } from './init/answers.ts'
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
    throw cause
  }
}

/** The definition of the kit's command line; `end` hears the exit code of what was carried out. */
export function kit(surroundings: Surroundings, end: (code: number) => void): Command {
  const { out, error, variables, signal, ask } = surroundings
  const program = new Command('bucket-registry')
    .description(
      'Deploys a private container registry. The deployment itself is npx cdk deploy (AWS) or npx cdktf deploy (a Docker engine).',
    )
    .version(version(), '-v, --version')
    .option('--environments <folder>', 'the folder of the environment files', 'environments')
    .addHelpText(
      'after',
      '\nA command of its own has more to say: bucket-registry help doctor, for instance. docs/README.md leads through all of it.',
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
    .description('list the environments, and by which engine each is deployed')
    .action(() => {
      for (const { name, engine } of selectEnvironments({ folder: folder() })) out(`${name}\t${engine}\n`)
    })

  program
    .command('config')
    .description("print the registry's config.yml in an environment")
    .argument('<environment>', 'its name')
    .action((name: string) => {
      for (const environment of selectEnvironments({ folder: folder(), name })) out(renderRegistryConfig(environment))
    })

  program
    .command('init')
    .description('write the file of a new environment; what is not told is asked')
    .argument('<environment>', 'its name')
    .option('--engine <name>', 'cdktf (a Docker engine) or cdk (AWS)')
    .option('--storage <driver>', 'filesystem (a volume of the host) or s3 (a bucket)')
    .option('--provider <name>', "whose bucket: docs/providers.md lists their names; or other, for any other store's endpoint")
    .option('--account <id>', "what the provider's endpoint contains")
    .option('--endpoint <url>', 'https://host or http://host:port of the store')
    .option('--region <name>', 'what signatures name')
    .option('--signing-version <version>', 'v2 or v4')
    .option('--bucket <name>', 'the bucket')
    .option('--existing', 'the bucket is there already')
    .option('--domain <name>', 'the name by which clients reach the registry')
    .option(
      '--host <what>',
      'the Docker engine: unix:///…, ssh://user@host; on AWS: instance (one small one) or fargate (an autoscaled service)',
    )
    .option('--zone <name>', 'on AWS: the zone at Route 53 that the domain lies in')
    .option('--zone-id <id>', 'on AWS: the id of that zone; without it, the deployment makes the zone')
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
      'ask what would make a deployment fail halfway: keys and secrets, Docker, ports or quotas, bucket, zone, name, certificate',
    )
    .argument('<environment>', 'its name')
    .option('--json', 'one JSON document instead of lines')
    .addHelpText('after', preflightHelp)
    .action((name: string, options: { json?: boolean }, command: Command) =>
      carryOut(command, async () => {
        const { preflight } = await import('./preflight/command.ts')
        return preflight(name, options, { out, variables, signal, folder: folder() })
      }),
    )

  program
    .command('doctor')
    .description('ask an S3 bucket whether a registry can use it, and how')
    .option('--environment <name>', "the bucket of an environment's registry")
    .option('--provider <name>', 'where the endpoint is known: docs/providers.md lists their names')
    .option('--account <id>', "what the provider's endpoint contains")
    .option('--endpoint <url>', 'https://host or http://host:port; without one, Amazon S3')
    .option('--region <name>', 'what signatures name')
    .option('--bucket <name>', 'the bucket, which must exist')
    .option('--root-directory <folder>', "the registry's rootdirectory: nothing is written outside it")
    .option('--ca <file>', 'certificates in PEM to trust as well')
    .option('--json', 'one JSON document instead of lines')
    .addHelpText('after', doctorHelp)
    .action((options: DoctorOptions, command: Command) =>
      carryOut(command, async () => {
        const { doctor } = await import('./doctor/command.ts')
        return doctor(options, { out, variables, signal, folder: folder() })
      }),
    )

  program
    .command('check')
    .description('look whether the images of a registry are whole, and say what of them is missing or damaged')
    .argument('[image]', 'one repository or one image: team/app, team/app:v1 or team/app@sha256:…; without it, all of them')
    .option('--config <file>', 'in the storage of the registry that this config.yml is of')
    .option('--environment <name>', "in the bucket of an environment's registry")
    .option('--deep', 'read every blob to its end, and compare it with its digest; without it, its size alone is looked at')
    .option('--json', 'one JSON document instead of lines')
    .addHelpText('after', checkHelp)
    .action((image: string | undefined, options: CheckOptions, command: Command) =>
      carryOut(command, async () => {
        const { checkImages } = await import('./check/command.ts')
        return checkImages(image, options, { out, error, variables, signal, folder: folder() })
      }),
    )

  program
    .command('empty')
    .description("delete everything in an environment's bucket, so that it can be destroyed")
    .argument('<environment>', 'its name; its file must say onDestroy: empty')
    .option('--yes', 'do not ask for the name to be typed')
    .addHelpText('after', keysHelp)
    .action((name: string, options: { yes?: boolean }, command: Command) =>
      carryOut(command, async () => {
        const { empty } = await import('./empty/command.ts')
        return empty(name, options, { out, variables, signal, folder: folder(), ask })
      }),
    )

  program
    .command('release')
    .description("make the registry's image for several platforms, without Docker, and push it")
    .argument('<image>', 'where to, such as ghcr.io/you/bucket-registry; without a tag, the version and the content make one')
    .option('--base <image>', "a Node.js image to build on; without it, the Dockerfile's")
    .option('--platform <list>', 'for which platforms', 'linux/arm64,linux/amd64')
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
The keys are never given here, where every user of the machine could read them: they come from REGISTRY_STORAGE_S3_ACCESSKEY and
REGISTRY_STORAGE_S3_SECRETKEY, from TF_VAR_s3_access_key and TF_VAR_s3_secret_key, or from wherever the AWS SDK finds them. It may be
interrupted; the next one goes on with what is left.`

const checkHelp = `
It reads, and writes nothing, beside a registry that serves or without one. It ends with 0 if every image is whole, with 1 if one is not, and with 2 if
the command line cannot be read. The keys of a bucket come from REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, or from wherever the AWS SDK finds them.`

const preflightHelp = `
It changes nothing. Where the registry will run on this machine, it listens for a moment at the ports that a certificate is asked for by. For AWS it
asks as whoever the AWS SDK finds, and AWS_ENDPOINT_URL counts as there. It ends with 0 if nothing speaks against a deployment, with 1 if something does, and with 2 if the command line cannot be read.`

const releaseHelp = `
Who pushes is whoever docker login, crane auth login or oras login noted down for that registry. What is printed at the end goes into an environment's
file: the image by its digest.`

const doctorHelp = `
The keys are never given here, where every user of the machine could read them: they come from REGISTRY_STORAGE_S3_ACCESSKEY and
REGISTRY_STORAGE_S3_SECRETKEY, or from wherever the AWS SDK finds them (AWS_ACCESS_KEY_ID and so on, a profile, an instance's role).
All that is stored lies below one random prefix, and is taken away again, also when it is interrupted.`
