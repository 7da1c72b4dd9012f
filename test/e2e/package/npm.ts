import { run } from '../support/run.ts'

/** npm as a user starts it: without the variables by which the npm that runs this suite would speak to it. */
export function npm(cwd: string, ...args: string[]): Promise<string> {
  const inherited = Object.keys(process.env).filter(name => /^npm_/i.test(name))
  return run('env', [...inherited.flatMap(name => ['-u', name]), 'npm', ...args], { cwd, timeout: 300_000 })
}
