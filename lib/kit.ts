import { Command } from 'commander'
import { renderRegistryConfig } from './environment/registry-config.ts'
import { selectEnvironments } from './environment/select-environments.ts'
import { runProgram } from './run-program.ts'
import { version } from './version.ts'

/** What the command line writes to; a test's array, or the process's own streams. */
export interface Output {
  out(text: string): void
  error(text: string): void
}

/**
 * Runs the kit's command line.
 *
 * @param args without the program's own name, such as `['config', 'local']`
 * @returns the exit code: 0, 1 for what the environments have wrong, 2 for a command line that cannot be read
 */
export function runKit(args: readonly string[], { out, error }: Output): number {
  try {
    return runProgram(() => kit(out, error).parse(args, { from: 'user' }), error)
  } catch (cause) {
    // Commander has said it already.
    if (cause instanceof Error && 'exitCode' in cause && typeof cause.exitCode === 'number') return cause.exitCode === 0 ? 0 : 2
    throw cause
  }
}

function kit(out: Output['out'], error: Output['error']): Command {
  const program = new Command('bucket-registry')
    .description(
      'Deploys a private container registry. The deployment itself is npx cdk deploy (AWS) or npx cdktf deploy (a Docker engine).',
    )
    .version(version(), '-v, --version')
    .option('--environments <folder>', 'the folder of the environment files', 'environments')
    .configureOutput({ writeOut: out, writeErr: error })
    .exitOverride()
  const folder = (): string => program.opts<{ environments: string }>().environments

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

  return program
}
