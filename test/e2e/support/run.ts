import { execFile } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  /** Over the environment of this process; `undefined` takes a variable out of it. */
  env?: Record<string, string | undefined>
  /** Milliseconds, 120,000 unless told. */
  timeout?: number
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to standard output, without the last line's end
 * @throws an error that shows the command line and all that it said
 */
export function run(command: string, args: readonly string[], { cwd, env, timeout = 120_000 }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout, maxBuffer: 64 * 1024 * 1024 }
    execFile(command, args, options, (failure, stdout, stderr) => {
      if (!failure) return resolve(stdout.trimEnd())
      const how = failure.killed ? `had not ended after ${timeout} ms` : `ended with ${failure.code ?? failure.signal}`
      reject(new Error(`${[command, ...args].join(' ')}\n${how}:\n${stdout}${stderr}`.trimEnd()))
    })
  })
}
