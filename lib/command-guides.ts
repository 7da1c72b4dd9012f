import type { Command } from 'commander'

interface Guide {
  /** Where the documentation leads through it. */
  readonly page: string
  /** Command lines to copy, without the program's name; what each does follows from the description. */
  readonly examples: readonly string[]
}

/** A line for each command, by its whole name. */
export const commandGuides: Readonly<Record<string, Guide>> = {
  environments: { page: 'docs/environments.md', examples: ['environments'] },
  config: { page: 'docs/environments.md', examples: ['config local'] },
  init: {
    page: 'docs/deploy-anywhere.md and docs/deploy-on-aws.md',
    examples: [
      'init office',
      'init office --engine cdktf --storage s3 --provider scaleway --region fr-par --bucket office-images',
      'init cloud --engine cdk --host instance --region eu-west-1 --bucket cloud-images',
    ],
  },
  preflight: { page: 'docs/deploy-anywhere.md and docs/deploy-on-aws.md', examples: ['preflight office', 'preflight office --json'] },
  release: { page: 'docs/deploy-on-aws.md', examples: ['release ghcr.io/you/bucket-registry'] },
  doctor: {
    page: 'docs/providers.md',
    examples: ['doctor --endpoint https://s3.fr-par.scw.cloud --region fr-par --bucket images', 'doctor --environment office'],
  },
  check: { page: 'docs/operations.md', examples: ['check --environment office', 'check team/app:v1 --config config.yml --deep'] },
  empty: { page: 'docs/deploy-anywhere.md and docs/deploy-on-aws.md', examples: ['empty office'] },
  copy: {
    page: 'docs/migration.md and docs/standby.md',
    examples: [
      'copy old.example/team/app:v1 new.example/team/app',
      "copy 'old.example/team/**' new.example --dry-run",
      'copy --watch --metrics 127.0.0.1:9464 registry.example standby.example',
      'copy docker-archive:app.tar new.example/app',
    ],
  },
  user: { page: 'docs/authentication.md', examples: [] },
  'user add': {
    page: 'docs/authentication.md',
    examples: ['user add alice --environment office', 'user add ci --config config.yml --generate', 'user add bob --file htpasswd'],
  },
  'user remove': { page: 'docs/authentication.md', examples: ['user remove alice --environment office'] },
  'user list': { page: 'docs/authentication.md', examples: ['user list --environment office'] },
  token: { page: 'docs/authentication.md', examples: [] },
  'token create': {
    page: 'docs/authentication.md',
    examples: [
      "token create deployer --repository 'team/**' --environment office",
      "token create builder --repository 'team/**' --actions pull,push --expires 30d --config config.yml",
    ],
  },
  'token list': { page: 'docs/authentication.md', examples: ['token list --environment office'] },
  'token revoke': { page: 'docs/authentication.md', examples: ['token revoke builder --environment office'] },
}

/** Ends the help of each command with examples and its page, and each error of the command line with where to read on. */
export function addGuides(program: Command): void {
  program.showHelpAfterError(`(${program.name()} --help lists the commands, docs/README.md the guides)`)
  for (const [name, command] of namedCommands(program)) {
    const guide = commandGuides[name]
    if (!guide) continue
    const { page, examples } = guide
    const lines = examples.map(example => `  ${program.name()} ${example}\n`).join('')
    command.addHelpText('after', `${lines === '' ? '' : `\nFor example:\n${lines}`}\nSee ${page}.`)
    command.showHelpAfterError(`(see ${program.name()} ${name} --help, and ${page})`)
  }
}

/** Every command, by its name and those of the commands above it. */
export function namedCommands(command: Command, above = ''): readonly (readonly [name: string, command: Command])[] {
  return command.commands.flatMap(child => {
    const name = `${above}${child.name()}`
    return [[name, child] as const, ...namedCommands(child, `${name} `)]
  })
}
