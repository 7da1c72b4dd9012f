import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './run.ts'
import { tool } from './tool.ts'

const patience = 30_000

export interface Engine {
  /** For `DOCKER_HOST`. */
  readonly host: string
  stop(): Promise<void>
}

/** Why none can be started here; empty: one can. */
export async function whyNoEngine(): Promise<string> {
  const [docker, dockerd] = await Promise.all([tool('docker'), tool('dockerd')])
  return docker.missing ?? dockerd.missing ?? (process.getuid?.() === 0 ? '' : 'no Docker engine answers, and only root can start one')
}

/** A Docker engine in a temporary folder. @param options of `dockerd`, besides its folders */
export async function startEngine(options: readonly string[] = []): Promise<Engine | { readonly missing: string }> {
  const missing = await whyNoEngine()
  if (missing) return { missing }
  const dockerd = await tool('dockerd')

  const folder = await mkdtemp(join(tmpdir(), 'bucket-registry-engine-'))
  const host = `unix://${join(folder, 'docker.sock')}`
  const bridge = await ownBridge()
  const begin = () => start(dockerd.path, folder, ['--host', host, ...(bridge === undefined ? [] : ['--bridge', bridge]), ...options])
  let engine = await begin()
  const stop = async () => {
    const ended = engine.exitCode === null ? once(engine, 'exit') : undefined
    engine.kill('SIGTERM')
    await ended
    if (bridge !== undefined) await run('ip', ['link', 'delete', bridge])
    await unmount(join(folder, 'data'))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  let answering = await waitFor(host, engine)
  if (!answering && engine.exitCode !== null) {
    // Two engines that start at once both make the chain DOCKER of iptables, and one of them ends.
    engine = await begin()
    answering = await waitFor(host, engine)
  }
  if (answering) return { host, stop }
  const log = await run('tail', ['-n', '3', join(folder, 'log')])
  await stop()
  return { missing: `the Docker engine does not start here: ${log}` }
}

/**
 * Two engines on one machine share the bridge `docker0` and both give 172.17.0.2 to their first container: who asks one registry
 * is answered by the other one's. So each suite's engine has a bridge of its own, with addresses of its own, where that can be made.
 */
async function ownBridge(): Promise<string | undefined> {
  const name = `e2e-${randomInt(0x10000, 0xfffff).toString(16)}`
  try {
    await run('ip', ['link', 'add', 'name', name, 'type', 'bridge'])
    await run('ip', ['address', 'add', `10.${randomInt(64, 128)}.${randomInt(256)}.1/24`, 'dev', name])
    await run('ip', ['link', 'set', name, 'up'])
    return name
  } catch {
    await run('ip', ['link', 'delete', name]).catch(() => {})
    return undefined
  }
}

async function start(dockerd: string, folder: string, more: readonly string[]): Promise<ChildProcess> {
  const log = await open(join(folder, 'log'), 'w')
  const folders = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid')]
  const engine = spawn(dockerd, [...more, ...folders], { stdio: ['ignore', log.fd, log.fd] })
  await log.close()
  return engine
}

/** Where mounts are private, the engine mounts its folder on itself, and leaves it so. */
async function unmount(folder: string) {
  if ((await readFile('/proc/self/mounts', 'utf8')).includes(` ${folder} `)) await run('umount', [folder])
}

async function waitFor(host: string, engine: ChildProcess): Promise<boolean> {
  for (let waited = 0; waited < patience && engine.exitCode === null; waited += 200) {
    if (await answers(host)) return true
    await sleep(200)
  }
  return false
}

/** Whether an engine is there. */
export const answers = (host: string) =>
  run('docker', ['version'], { env: host ? { DOCKER_HOST: host } : {}, timeout: 10_000 }).then(
    () => true,
    () => false,
  )
