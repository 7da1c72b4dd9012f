import { join } from 'node:path'
import { command } from './command.ts'
import type { LoadReport } from './load-report.ts'

/** One run of the load generator, without the address and process that it is pointed at. */
export type Step = readonly [workload: string, ...flags: (string | number)[]]

export type Generator = (target: { url: string; pid: number }, step: Step) => Promise<LoadReport>

/** Builds the load generator into a folder, and returns what runs it. */
export async function buildGenerator(folder: string): Promise<Generator> {
  const binary = join(folder, 'loadgen')
  await command('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, 'load') })
  return async ({ url, pid }, [workload, ...flags]) => {
    const line = await command(binary, [workload, ...flags.map(String), '-url', url, '-pid', String(pid)])
    return JSON.parse(line) as LoadReport
  }
}
