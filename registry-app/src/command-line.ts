import { existsSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addExamples } from './commands/add-examples.ts'
import { applyRetention } from './commands/apply-retention.ts'
import { checkImages } from './commands/check.ts'
import { type ExplainOptions, explainAccess } from './commands/explain-access.ts'
import { garbageCollect } from './commands/garbage-collect.ts'
import { healthcheck } from './commands/healthcheck.ts'
import { maintainAlone } from './commands/maintain-alone.ts'
import { restoreRemoved } from './commands/restore-removed.ts'
import { serve } from './commands/serve.ts'
import { showConfig } from './commands/show-config.ts'
import { embeddedConfig, version } from './wiring/embedded.ts'

const help = `
[config] is a config.yml. Instead, REGISTRY_CONFIGURATION_PATH can name the file, or REGISTRY_CONFIGURATION contain it; without any, images are kept
in ./data and served on localhost:5000. Every key can also be set by a variable, such as http.addr by REGISTRY_HTTP_ADDR, or be read from a
file, which REGISTRY_HTTP_ADDR_FILE names. docs/configuration.md lists all keys.`

const print = (line: string) => void process.stdout.write(`${line}\n`)

/** The command line of `registry.mjs`; importing it runs nothing, so that what the documentation says can be read by it. */
export const program = new Command('registry.mjs')
  .description('A container registry: the OCI distribution API, with images in an S3 bucket or in a folder.')
  .version(version(), '-v, --version')
  .addHelpText('after', help)
  .showHelpAfterError('(registry.mjs --help lists the commands, registry.mjs help COMMAND the options of one)')

program
  .command('serve')
  .description('run the registry, until SIGTERM or Ctrl-C')
  .argument('[config]', "a config.yml, in the format of Docker's registry")
  .action(file => serve(configurationOf(file)))

program
  .command('healthcheck')
  .description('check that a registry runs on this machine and answers; for HEALTHCHECK')
  .argument('[config]', 'its config.yml')
  .action(file => healthcheck(configurationOf(file)))

program
  .command('garbage-collect')
  .description(
    'delete blobs that nothing refers to, while the registry may be running: each run deletes what an earlier one found, after the grace period',
  )
  .argument('[config]', 'its config.yml')
  .option('-d, --dry-run', 'only print what is garbage')
  .option('-m, --delete-untagged', 'also delete manifests that have no tag')
  .option('--exclusive', 'delete at once, without the grace period: only if no registry writes to this storage')
  .option('-q, --quiet', 'print only the totals')
  .action(async (file, { dryRun = false, deleteUntagged = false, exclusive = false, quiet = false }) => {
    await garbageCollect(configurationOf(file), { dryRun, deleteUntagged, exclusive, quiet, print })
    // Connections to a store stay open for a while.
    process.exit()
  })

program
  .command('retention')
  .description(
    'delete the tags that policy.retention does not keep, and print why, while the registry may be running; exits with 1 if a repository was skipped',
  )
  .argument('[config]', 'its config.yml')
  .option('-d, --dry-run', 'only print what would be deleted')
  .option('-q, --quiet', 'print only the totals')
  .action(async (file, { dryRun = false, quiet = false }) => {
    process.exit((await applyRetention(configurationOf(file), { dryRun, quiet, print })) ? 0 : 1)
  })

program
  .command('restore')
  .description(
    'restore a tag that retention has deleted, or a tag, an image or a whole repository that a client has deleted (see policy.undo.deletions); exits with 1 if a part of a repository could not be restored',
  )
  .argument('[config]', 'its config.yml')
  .argument('[reference]', 'REPOSITORY:TAG, REPOSITORY@DIGEST, or a REPOSITORY that was deleted as a whole')
  .option('-l, --list', 'list what can be restored, and until when; of one repository, if it is named')
  .option('--as <tag>', 'restore it under another tag')
  .action(async (file, reference, { list = false, as }) => {
    const [named, meant] = apart(file, reference)
    process.exit((await restoreRemoved(configurationOf(named), { reference: meant, list, as, print })) ? 0 : 1)
  })

program
  .command('maintain')
  .description(
    'run the garbage collection and the verification of blobs that storage.maintenance schedules, in a process of their own, until SIGTERM',
  )
  .argument('[config]', 'its config.yml')
  .action(async file => {
    const end = await maintainAlone(configurationOf(file))
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end().finally(() => process.exit()))
  })

program
  .command('check')
  .description('verify the images in the storage, and print what is missing or damaged; exits with 1 if anything is')
  .argument('[config]', 'its config.yml')
  .argument('[image]', 'one repository or one image: team/app, team/app:v1 or team/app@sha256:…; without it, all of them')
  .option('--deep', 'read every blob and compare it with its digest; without this, compare its size')
  .option('--json', 'print one JSON document instead of lines')
  .action(async (file, image, { deep = false, json = false }) => {
    const out = (text: string) => void process.stdout.write(text)
    const aside = (text: string) => void process.stderr.write(text)
    const [named, meant] = apart(file, image)
    process.exitCode = await checkImages(configurationOf(named), { image: meant, deep, json, out, aside })
    // Connections to a store stay open for a while.
    process.stdout.write('', () => process.exit())
  })

program
  .command('config')
  .description('check the configuration, and print all of it: with the defaults and variables, without secrets')
  .argument('[config]', 'its config.yml')
  .option('--check', 'the default: exit with 1 if anything is wrong')
  .option('--json', 'print it as JSON')
  .action((file, { json }) => showConfig(configurationOf(file), { json: json === true, print: text => void process.stdout.write(text) }))

const collected = (value: string, earlier: readonly string[] = []) => [...earlier, value]

program
  .command('access')
  .description('query the access rules of the configuration')
  .command('explain')
  .description('say whether a user may do something, and by which rule; exits with 1 if not')
  .argument('[config]', 'its config.yml')
  .option('--user <name>', 'the user; without one, somebody who has not signed in')
  .option('--group <name>', 'a group of that user, besides those of the configuration; may be repeated', collected)
  .option('--robot <name>', 'a robot, in place of a user; what its token itself allows is not in the configuration')
  .option('--claim <name>', 'an entry of auth.oidc, in place of a user; may be repeated', collected)
  .requiredOption('--repository <name>', 'the repository')
  .requiredOption('--action <action>', 'pull, push, delete, catalog or administer')
  .action((file, options: ExplainOptions) => {
    if (!explainAccess(configurationOf(file), options, text => void process.stdout.write(text))) process.exitCode = 1
  })

addExamples(program)

/** In a container a variable names the configuration: what then stands alone, and is no file, is the image or repository. */
function apart(file: string | undefined, meant: string | undefined): readonly [file: string | undefined, meant: string | undefined] {
  if (file === undefined || meant !== undefined) return [file, meant]
  const { REGISTRY_CONFIGURATION: text, REGISTRY_CONFIGURATION_PATH: path } = process.env
  const isRepository = Boolean(text || path) && !/\.ya?ml$/.test(file) && !existsSync(file)
  return /[:@]/.test(file) || isRepository ? [undefined, file] : [file, undefined]
}

function configurationOf(file: string | undefined) {
  return { named: file, embedded: embeddedConfig(), environment: process.env, readFile: (name: string) => readFileSync(name, 'utf8') }
}
