import { join } from 'node:path'
import { command } from './command.ts'
import type { LoadReport } from './load-report.ts'

/** One run of the load generator, without the address and process that it is pointed at. */
export type Step = readonly [workload: string, ...flags: (string | number)[]]

export interface LoadTarget {
  readonly url: string
  /** The header of that name, for each request. */
  readonly authorization?: string | undefined
  /** Whose CPU and memory are measured, with all that it started. */
  readonly pid: number
  /** What works for it, and is neither measured nor a disturbance. */
  readonly helpers?: readonly number[]
}

export type Generator = (target: LoadTarget, step: Step) => Promise<LoadReport>

/** Builds the load generator into a folder. @returns its path */
export async function buildGenerator(folder: string): Promise<string> {
  const binary = join(folder, 'loadgen')
  await command('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, 'load') })
  return binary
}

export function generator(binary: string): Generator {
  return async ({ url, authorization, pid, helpers = [] }, [workload, ...flags]) => {
    const target = ['-url', url, '-pid', String(pid), ...helpers.flatMap(helper => ['-helper', String(helper)])]
    if (authorization !== undefined) target.push('-authorization', authorization)
    const line = await command(binary, [workload, ...flags.map(String), ...target])
    return JSON.parse(line) as LoadReport
  }
}
