import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { atTheEnd } from '../support/at-the-end.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'

const kit = join(root, 'bin/kit.ts')

/** `kit copy …`, by somebody who has signed in nowhere, to its end. @returns what it says of images */
export const runCopy = (home: string, ...args: string[]): Promise<string> =>
  run(process.execPath, [kit, 'copy', ...args], { env: { HOME: home, DOCKER_CONFIG: home } })

/** The same, which runs until the tests of the file have run, or it is killed. */
export function startCopy(home: string, ...args: string[]) {
  const child = spawn(process.execPath, [kit, 'copy', ...args], {
    env: { ...process.env, HOME: home, DOCKER_CONFIG: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (log += piece))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exit
  }
  atTheEnd(() => end('SIGKILL'))
  return { log: () => log, end }
}
