import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { workloads } from './workloads.ts'

/** What a run was asked for. */
export interface Options {
  /** How often each workload is measured against each registry. */
  readonly rounds: number
  /** The workloads measured, by their ids. */
  readonly only: readonly string[]
  /** Where data folders, logs and built programs go. */
  readonly dir: string
  /** Leave one of the two out. */
  readonly oursOnly: boolean
  readonly distributionOnly: boolean
  /** A Node.js binary for ours, or a folder in which one lies. */
  readonly node?: string
  readonly nodeArgs: readonly string[]
  /** Variables for ours, such as `REGISTRY_HTTP_WORKERS=2`. */
  readonly oursEnv: readonly string[]
  /** A bundle to measure, as it is, in place of one that is built first. */
  readonly bundle?: string
  /** A Distribution binary, in place of the one that is found or installed. */
  readonly distribution?: string
  /** A MinIO binary, in place of the one that is found or installed. */
  readonly minio?: string
  /** No requests before the clock starts. */
  readonly cold: boolean
  /** Keep the servers' logs. */
  readonly keepLogs: boolean
  readonly json: boolean
  /** The file whose results are replaced. */
  readonly markdown?: string
}

const help = `
Both registries get the same configuration, the same disk and fresh folders; each measurement has a process of its own.
Rounds are interleaved (ours, Distribution, ours, Distribution …). What is measured, and how: docs/benchmarks.md.

Workloads:
${workloads.map(({ id, title }) => `  ${id.padEnd(18)}${title}`).join('\n')}`

/** Reads the command line; `--help` and mistakes end the process. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description('Measures this registry and Distribution with the same workloads on the same disk, and prints both.')
    .option('--rounds <n>', 'how often each workload is measured against each registry', count, 5)
    .addOption(new Option('--only <workload...>', 'these workloads only').choices(workloads.map(({ id }) => id)))
    .option(
      '--dir <folder>',
      'where data, logs and built programs go: its disk is what is measured',
      join(import.meta.dirname, '../../data/bench'),
    )
    .addOption(new Option('--ours-only', 'do not start Distribution').default(false).conflicts('distributionOnly'))
    .option('--distribution-only', 'do not start ours', false)
    .addOption(new Option('--node <path>', 'the Node.js for ours: a binary, or a folder with one (else 24, from npm)').env('BENCH_NODE'))
    .option('--node-args <args>', 'arguments of that Node.js, separated by spaces', words, [])
    .option('--ours-env <NAME=value...>', 'variables for ours, such as REGISTRY_HTTP_WORKERS=2', [])
    .option('--bundle <file>', 'a bundle of ours, taken as it is (else it is built first)')
    .option('--distribution <file>', 'a binary of Distribution (else v3.1.2 is found or installed with Go)')
    .option('--minio <file>', 'a binary of MinIO (else the version that is used here is found or installed with Go)')
    .option('--cold', 'no requests before the clock starts', false)
    .option('--keep-logs', "keep the servers' logs", false)
    .option('--json', 'print one JSON object with every sample in place of the table', false)
    .option('--markdown <file>', 'also put the results into this file, between its markers')
    .addHelpText('after', help)
    .parse(args, { from: 'user' })
  const given = command.opts<Omit<Options, 'only'> & { only?: string[] }>()
  return { ...given, dir: resolve(given.dir), only: given.only ?? workloads.map(({ id }) => id) }
}

function count(text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('It is a whole number from 1.')
  return n
}

const words = (text: string) => text.split(' ').filter(word => word !== '')
