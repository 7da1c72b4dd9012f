import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { applyRetention } from './apply-retention.ts'
import { checkImages } from './check.ts'
import { embeddedConfig, version } from './embedded.ts'
import { type ExplainOptions, explainAccess } from './explain-access.ts'
import { garbageCollect } from './garbage-collect.ts'
import { healthcheck } from './healthcheck.ts'
import { maintainAlone } from './maintain-alone.ts'
import { restoreRemoved } from './restore-removed.ts'
import { serve } from './serve.ts'
import { showConfig } from './show-config.ts'

const help = `
The file may also be named by REGISTRY_CONFIGURATION_PATH, or stand whole in REGISTRY_CONFIGURATION; without one, images are kept
in ./data and served on localhost:5000. Every key can be set by a variable too: http.addr by REGISTRY_HTTP_ADDR, and so on, or be
read from a file that REGISTRY_HTTP_ADDR_FILE names. docs/configuration.md lists them all.`

const print = (line: string) => void process.stdout.write(`${line}\n`)

/** The command line of `registry.mjs`; importing it runs nothing, so that what the documentation says can be read by it. */
export const program = new Command('registry.mjs')
  .description('A container registry: the OCI distribution API on an embedded storage.')
  .version(version(), '-v, --version')
  .addHelpText('after', help)

program
  .command('serve')
  .description('serve the registry')
  .argument('[config]', 'a config.yml, as Distribution has it')
  .action(file => serve(configurationOf(file)))

program
  .command('healthcheck')
  .description('ask a running registry on this machine whether it is alive')
  .argument('[config]', 'the same config.yml')
  .action(file => healthcheck(configurationOf(file)))

program
  .command('garbage-collect')
  .description(
    'delete what no manifest refers to any more, beside a registry that serves: each run frees what earlier ones have condemned, a grace ago',
  )
  .argument('[config]', 'the same config.yml')
  .option('-d, --dry-run', 'only say what is garbage')
  .option('-m, --delete-untagged', 'manifests that no tag names are garbage too')
  .option('--exclusive', 'delete at once, whatever its age: for a storage that nobody writes to')
  .option('-q, --quiet', 'print the sums alone')
  .action(async (file, { dryRun = false, deleteUntagged = false, exclusive = false, quiet = false }) => {
    await garbageCollect(configurationOf(file), { dryRun, deleteUntagged, exclusive, quiet, print })
    // Connections to a store stay open for a while.
    process.exit()
  })

program
  .command('retention')
  .description(
    'remove the tags that policy.retention does not keep, beside a registry that serves, and say of each why; exits with 1 if a repository was left alone',
  )
  .argument('[config]', 'the same config.yml')
  .option('-d, --dry-run', 'only say what would go')
  .option('-q, --quiet', 'print the sums alone')
  .action(async (file, { dryRun = false, quiet = false }) => {
    process.exit((await applyRetention(configurationOf(file), { dryRun, quiet, print })) ? 0 : 1)
  })

program
  .command('restore')
  .description(
    'bring back a tag that retention has removed, or a tag, an image or a whole repository that a client has deleted where policy.undo.deletions says so; exits with 1 if some of a repository could not come back',
  )
  .argument('[config]', 'the same config.yml')
  .argument('[reference]', 'REPOSITORY:TAG, REPOSITORY@DIGEST, or a REPOSITORY that was deleted as a whole')
  .option('-l, --list', 'show what can be restored, and until when; of one repository, if it is named')
  .option('--as <tag>', 'under another tag')
  .action(async (file, reference, { list = false, as }) => {
    // In a container a variable names the file.
    const [named, meant] = reference === undefined && /[:@]/.test(file ?? '') ? [undefined, file] : [file, reference]
    process.exit((await restoreRemoved(configurationOf(named), { reference: meant, list, as, print })) ? 0 : 1)
  })

program
  .command('maintain')
  .description('collect garbage and read blobs through as storage.maintenance has it, in a process that serves nobody, until SIGTERM')
  .argument('[config]', 'the same config.yml')
  .action(async file => {
    const end = await maintainAlone(configurationOf(file))
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end().finally(() => process.exit()))
  })

program
  .command('check')
  .description('look whether the images in the storage are whole, and say what of them is missing or damaged; exits with 1 if anything is')
  .argument('[config]', 'the same config.yml')
  .argument('[image]', 'one repository or one image: team/app, team/app:v1 or team/app@sha256:…; without it, all of them')
  .option('--deep', 'read every blob to its end, and compare it with its digest; without it, its size alone is looked at')
  .option('--json', 'one JSON document instead of lines')
  .action(async (file, image, { deep = false, json = false }) => {
    const out = (text: string) => void process.stdout.write(text)
    const aside = (text: string) => void process.stderr.write(text)
    process.exitCode = await checkImages(configurationOf(file), { image, deep, json, out, aside })
    // Connections to a store stay open for a while.
    process.stdout.write('', () => process.exit())
  })

program
  .command('config')
  .description('check the configuration, and print what it comes to: with every default, without secrets')
  .argument('[config]', 'the same config.yml')
  .option('--check', 'exit with 1 if anything is wrong, as it does without this word too')
  .option('--json', 'print it as JSON')
  .action((file, { json }) => showConfig(configurationOf(file), { json: json === true, print: text => void process.stdout.write(text) }))

const collected = (value: string, earlier: readonly string[] = []) => [...earlier, value]

program
  .command('access')
  .description('ask the access rules of the configuration')
  .command('explain')
  .description('say whether somebody may do something, and by which rules, or what was missing; exits with 1 if he may not')
  .argument('[config]', 'the same config.yml')
  .option('--user <name>', 'a user; without one, somebody who has not signed in')
  .option('--group <name>', 'a group that he is in besides those of the configuration; may be given several times', collected)
  .option('--robot <name>', 'a robot, in place of a user; what its token allows by itself is not in the configuration')
  .option('--claim <name>', 'a claim of an identity token, in place of a user; may be given several times', collected)
  .requiredOption('--repository <name>', 'where')
  .requiredOption('--action <action>', 'pull, push, delete, catalog or administer')
  .action((file, options: ExplainOptions) => {
    if (!explainAccess(configurationOf(file), options, text => void process.stdout.write(text))) process.exitCode = 1
  })

function configurationOf(file: string | undefined) {
  return { named: file, embedded: embeddedConfig(), environment: process.env, readFile: (name: string) => readFileSync(name, 'utf8') }
}
