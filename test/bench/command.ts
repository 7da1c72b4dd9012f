import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Where {
  readonly cwd?: string
  readonly env?: Record<string, string>
}

/** Runs a program to its end and returns what it printed; its own complaint is the error. */
export async function command(file: string, args: readonly string[], { cwd, env }: Where = {}): Promise<string> {
  const { stdout } = await run(file, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 16 << 20 })
  return stdout.trim()
}
