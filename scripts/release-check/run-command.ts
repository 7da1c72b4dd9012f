import { execFile } from 'node:child_process'

export interface CommandOptions {
  readonly cwd: string
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program to its end. @returns what it printed @throws Error with all that it printed, if it fails */
export function runCommand(program: string, args: readonly string[], { cwd, env }: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }, (failure, stdout, stderr) => {
      if (!failure) return resolve(stdout)
      reject(new Error(`${program} ${args.join(' ')}: ${failure.message.split('\n')[0]}\n${stdout}${stderr}`.trim(), { cause: failure }))
    })
  })
}
