import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Runs a linter of PyPI, from the environment of its own that `.ci/install-tools` made. One that finds something ends with an exit code too.
 *
 * @returns what it printed
 * @throws if it printed nothing
 */
export function runLinter(name: string, args: readonly string[], cwd: string): Promise<string> {
  const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env
  const file = join(XDG_CACHE_HOME, 'bucket-registry', name, 'bin', name)
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (failure, stdout, stderr) => {
      if (stdout.trim() !== '') return resolve(stdout)
      reject(failure ? new Error(`${name} found nothing to say:\n${failure.message}\n${stderr}`) : new Error(`${name} printed nothing`))
    })
  })
}
