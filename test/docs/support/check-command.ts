import { existsSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { type Command, CommanderError } from 'commander'
import { namedCommands } from '../../../lib/command-guides.ts'
import { kit } from '../../../lib/kit.ts'
import { program as registry } from '../../../registry-app/src/command-line.ts'
import { piped } from '../../lib/support/secret-input.ts'
import { root } from './markdown-files.ts'
import type { ShellCommand } from './shell-commands.ts'

/** Programs of others: that their command lines are right is shown by the suites that run them, if at all. */
const others = new Set(
  'aws cat cd certbot chmod chown cosign cp crane curl docker echo export git go grep htpasswd jq kubectl mkdir node oras podman rclone read skopeo ssh ssh-keygen ssh-keyscan sudo terraform tofu'.split(
    ' ',
  ),
)

/** Of npm itself. */
const npms = new Set(['audit', 'ci', 'exec', 'install', 'pack', 'start', 'test', 'version', 'view'])

/** Of the command lines of both engines. */
const engines: Readonly<Record<string, readonly string[]>> = {
  cdk: ['bootstrap', 'deploy', 'destroy', 'diff', 'synth'],
  cdktf: ['deploy', 'destroy', 'diff', 'synth'],
}

/** What is not in the repository, because what is written before makes it. */
const made = [/^registry-app\/dist\//, /^docs\/api\b/, /^environments\/(office|NAME)\.yml$/]

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** What is wrong with a command, if anything: a word that no definition knows, or a file that is not there. `folder` is where it is typed. */
export function complaintAbout({ words }: ShellCommand, folder = '.'): string | undefined {
  const [program, ...args] = words
  if (program === undefined) return undefined
  return ofProgram(program, args) ?? ofFiles(words, folder)
}

function ofProgram(program: string, args: readonly string[]): string | undefined {
  const [first = '', ...rest] = args
  if (program === 'npm') return ofNpm(args.filter(word => !/^--(silent|offline)$/.test(word)))
  if (program === 'npx' && first in engines) return ofEngine(first, rest)
  if (program === 'npx' && first === 'bucket-registry') return ofDefinition(newKit(), rest)
  if (program === 'npx' && first === 'vitest') return undefined
  if (program === 'npx') return `npx ${first} is not known here`
  if (program === 'kit' || program === 'bucket-registry') return ofDefinition(newKit(), args)
  if (/(^|\/)registry\.mjs$/.test(program)) return ofDefinition(registry, args)
  if (program === 'node' && /(^|\/)registry\.mjs$/.test(first)) return ofDefinition(registry, rest)
  return others.has(program) ? undefined : `no program ${program} is known here (test/docs/support/check-command.ts has those that are)`
}

function ofNpm(args: readonly string[]): string | undefined {
  const [verb = '', script = '', ...rest] = args
  if (verb !== 'run') return npms.has(verb) ? undefined : `npm has no ${verb}`
  if (!(script in scripts)) return `package.json has no script ${script}`
  const given = rest[0] === '--' ? rest.slice(1) : rest
  if (script === 'kit') return ofDefinition(newKit(), given)
  if (script !== 'bench') return undefined
  const known = readFileSync(join(root, 'test/bench/options.ts'), 'utf8')
  const unknown = given.find(
    word => word.startsWith('--') && word !== '--help' && !known.includes(`'${word} `) && !known.includes(`'${word}'`),
  )
  return unknown && `the benchmark knows no ${unknown}`
}

/** Stacks are named by `registry-NAME` and `registry-NAME-data`; the shipped environments have to be there, others are the reader's. */
function ofEngine(engine: string, [verb = '', ...args]: readonly string[]): string | undefined {
  if (verb !== '…' && !engines[engine]?.includes(verb)) return `${engine} has no ${verb}`
  const stack = args.find(word => /^(?!-)/.test(word) && !/^(registry-|aws:\/\/|…)|=/.test(word))
  return stack && `${stack} is no stack of an environment`
}

const newKit = (): Command =>
  kit(
    {
      out: () => {},
      error: () => {},
      variables: {},
      input: piped(),
      signal: new AbortController().signal,
      ask: async () => undefined,
    },
    () => {},
  )

/** What the definition of a command line says of these words. Nothing is carried out. `…` stands for whatever else there has to be, `[…]` for what need not be there. */
export function ofDefinition(program: Command, args: readonly string[]): string | undefined {
  for (const command of [program, ...namedCommands(program).map(([, command]) => command)]) {
    if (command.commands.length === 0) command.action(() => {})
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} })
  }
  try {
    program.parse(
      args.filter(word => word !== '…').map(word => word.replace(/^\[(.*)\]$/, '$1')),
      { from: 'user' },
    )
    return undefined
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    const open = args.includes('…') && /^commander\.(missing|help)/.test(cause.code)
    return cause.exitCode === 0 || open ? undefined : cause.message
  }
}

/** Every word that names a file of the repository. */
function ofFiles(words: readonly string[], folder: string): string | undefined {
  const [program, ...args] = words
  const sources = program === 'cd' ? args.slice(0, 1) : program === 'cp' ? args.slice(0, -1) : args.filter(word => inRepository.test(word))
  const missing = sources.find(word => {
    const path = normalize(join(inRepository.test(word) ? '.' : folder, word))
    return !/[$…*]/.test(word) && !word.startsWith('-') && !existsSync(join(root, path)) && !made.some(pattern => pattern.test(path))
  })
  return missing && `${missing} is not in the repository`
}

/** How a path begins that is one of the repository's. */
export const inRepository = /^(?:\.\/)?(bin|docs|environments|examples|lib|registry-app|scripts|test|toolchain)\//
/** Whether a path of the repository is there, or made by what is written before. */
export const isThere = (path: string) => existsSync(join(root, path)) || made.some(pattern => pattern.test(path))
