import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Start {
  file: string
  args: readonly string[]
  /** Nothing of the caller's environment reaches it but where programs are. */
  env: Record<string, string>
  /** Asked again and again until it says yes. */
  ready: () => Promise<boolean>
  /** How long it may take until then, in milliseconds. @default 30,000 */
  patience?: number
}

export interface Running {
  pid: number
  /** What it has printed so far. */
  log(): string
  /** SIGTERM, and SIGKILL for one that does not heed it. Resolves once it is gone; may be called twice. */
  stop(): Promise<void>
}

const stopLimitMs = 10_000

/** Starts a server of somebody else's, and waits until it serves. It never outlives this process. */
export async function startProcess({ file, args, env, ready, patience: startLimitMs = 30_000 }: Start): Promise<Running> {
  const { PATH = '' } = process.env
  const child = spawn(file, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  await once(child, 'spawn')
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (log += piece))
  const gone = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)

  const stop = async () => {
    child.kill('SIGTERM')
    const patience = setTimeout(kill, stopLimitMs)
    await gone
    clearTimeout(patience)
    process.off('exit', kill)
  }
  for (const end = performance.now() + startLimitMs; !(await ready()); await sleep(20)) {
    const ended = child.exitCode ?? child.signalCode
    if (ended === null && performance.now() < end) continue
    await stop()
    throw new Error(`${file} ${ended === null ? `did not serve within ${startLimitMs} ms` : `ended with ${ended}`}:\n${log}`)
  }
  return { pid: child.pid ?? 0, log: () => log, stop }
}
