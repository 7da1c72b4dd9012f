import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../../../../registry-app/src/main.ts', import.meta.url))

/** What the first process has compiled, the next ones of this file need not compile again. */
const compiled = mkdtempSync(join(tmpdir(), 'registry-test-compiled-'))
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }))

export interface Command {
  readonly arguments: readonly string[]
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface RunningCommand {
  stdout(): string
  stderr(): string
  /** Resolves once its standard output matches. Rejects if it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it, once all its output is here. */
  readonly exit: Promise<number | string>
}

/** `node registry-app/src/main.ts …` in a folder, with nothing in its environment that this test did not put there. */
export function run({ arguments: given, folder, environment = {} }: Command): RunningCommand {
  const child = spawn(process.execPath, [main, ...given], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiled, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', piece => {
    out += piece
  })
  child.stderr.setEncoding('utf8').on('data', piece => {
    err += piece
  })
  const exit = once(child, 'close').then(([code, signal]): number | string => code ?? signal)
  return {
    stdout: () => out,
    stderr: () => err,
    exit,
    kill: signal => void child.kill(signal),
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(out)
          if (found) resolve(found)
        }
        look()
        child.stdout.on('data', look)
        void exit.then(code => reject(new Error(`it ended with ${code} before it said ${pattern}:\n${out}${err}`)))
      }),
  }
}
