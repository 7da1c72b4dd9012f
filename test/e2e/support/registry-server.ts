import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { bundle } from './paths.ts'

export interface ServerOptions {
  /** Holds `config.yml` and, unless the configuration says otherwise, the images in `data`. */
  folder: string
  /** Sections of config.yml, over a filesystem storage that allows deletion. */
  config?: Record<string, unknown>
  /** The whole config.yml in place of that, but for the address it listens on. */
  text?: string
  /** Unless told, one that the system chooses. */
  port?: number
  /** The Node.js to run on; this process's own unless told. */
  node?: string
}

export interface RegistryServer {
  /** `127.0.0.1:<port>`, as it stands in the name of an image. */
  host: string
  url: string
  /** What it has printed so far. */
  log(): string
  reload(): void
  /** SIGTERM. @returns its exit code, or the signal that ended it */
  stop(): Promise<number | string>
  /** SIGKILL. */
  kill(): Promise<number | string>
}

const patience = 15_000

/** The registry as it is shipped, in a process of its own, once it listens. */
export async function startServer({
  folder,
  config = {},
  text,
  port = 0,
  node = process.execPath,
}: ServerOptions): Promise<RegistryServer> {
  const file = join(folder, 'config.yml')
  const storage = { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } }
  await writeFile(file, text ?? stringify({ version: 0.1, storage, ...config }))

  const env = { ...process.env, REGISTRY_HTTP_ADDR: `127.0.0.1:${port}` }
  const child = spawn(node, [bundle, 'serve', file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (log += piece))

  const url = await listening(child, () => log)
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exit
  }
  return {
    host: new URL(url).host,
    url,
    log: () => log,
    reload: () => void child.kill('SIGHUP'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

async function listening(child: ChildProcess, log: () => string): Promise<string> {
  for (let waited = 0; waited < patience; waited += 10) {
    const url = /msg="?listening"?.* addresses="?(https?:\/\/[\d.:]+)/.exec(log())?.[1]
    if (url) return url
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}:\n${log()}`)
    await sleep(10)
  }
  child.kill('SIGKILL')
  throw new Error(`the registry did not listen within ${patience} ms:\n${log()}`)
}
