import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { onTestFinished } from 'vitest'
import { workerOptions } from '../../../../scripts/build/bundle-worker.ts'

const root = join(import.meta.dirname, '../../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** What the first process has compiled, the next ones of this file need not compile again. */
const compiled = mkdtempSync(join(tmpdir(), 'registry-test-compiled-'))
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }))

/** `registry-app/src/main.ts`, as it stands. */
export const sources = join(root, 'registry-app/src/main.ts')

let bundled: string | undefined
/** The same in one file, as it is shipped, but for what a bucket needs: two hundred files take four times as long to start. */
function bundle(): string {
  if (bundled !== undefined) return bundled
  const worker = buildSync(workerOptions(root)).outputFiles[0]?.text
  bundled = join(compiled, 'registry.mjs')
  buildSync({
    entryPoints: [sources],
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@aws-sdk/*'],
    define: {
      BUNDLED_VERSION: JSON.stringify(JSON.parse(read('package.json')).version),
      BUNDLED_CONFIG: JSON.stringify(read('registry-app/config.yml')),
      BUNDLED_BCRYPT_WORKER: JSON.stringify(worker),
    },
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)` },
  })
  return bundled
}

/** The second file, beside the first: for those who trace. @returns where the first is */
export function bundleTracing(): string {
  const first = bundle()
  buildSync({
    entryPoints: [join(root, 'registry-app/src/tracing/open-telemetry.ts')],
    outfile: join(compiled, 'registry-tracing.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)` },
  })
  return first
}

export interface Command {
  readonly arguments: readonly string[]
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
  /** @default the bundle */
  readonly program?: string
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

/** `node registry.mjs …` in a folder, with nothing in its environment that this test did not put there. */
export function run({ arguments: given, folder, environment = {}, program = bundle() }: Command): RunningCommand {
  const child = spawn(process.execPath, [program, ...given], {
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
