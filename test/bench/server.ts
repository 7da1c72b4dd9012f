import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import type { Contender } from './contender.ts'
import { registryConfig } from './registry-config.ts'
import { htpasswd, signIn } from './sign-in.ts'
import type { Storage } from './storage.ts'
import type { Guard } from './workload.ts'

const startLimitMs = 20_000
const stopLimitMs = 15_000

export interface ServerOptions {
  /** Files to be written: its configuration, and what it prints. */
  readonly config: string
  readonly log: string
  /** What it asks for. */
  readonly guarded: Guard | undefined
}

/** A registry that has answered its first request. */
export interface Server {
  /** With name and password, where it asks for them. */
  readonly url: string
  /** With a token, where it asks for one. */
  readonly authorization: string | undefined
  readonly pid: number
  readonly startMs: number
  stop(): Promise<void>
}

/** Starts a registry, with its configuration in one file and everything that it prints in another. */
export async function startServer(contender: Contender, storage: Storage, { config, log, guarded }: ServerOptions): Promise<Server> {
  const port = await freePort()
  const users = `${config}.htpasswd`
  const url = `http://${guarded === undefined ? '' : `${signIn.name}:${signIn.password}@`}127.0.0.1:${port}`
  await writeFile(config, registryConfig(storage.config, port, guarded, users))
  if (guarded !== undefined) await writeFile(users, htpasswd)

  const output = await open(log, 'w')
  const started = performance.now()
  const child = spawn(contender.file, contender.args(config), { env: environment(contender), stdio: ['ignore', output.fd, output.fd] })
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  const stop = async () => {
    await stopped(child)
    process.off('exit', killed)
    await output.close()
  }
  try {
    await once(child, 'spawn')
    await firstAnswer(child, url)
    const startMs = performance.now() - started
    const authorization = guarded === 'token' ? `Bearer ${await tokenOf(port)}` : undefined
    return { url, authorization, pid: child.pid ?? 0, startMs, stop }
  } catch (error) {
    await stop()
    throw new Error(`${contender.name} did not start:\n${await readFile(log, 'utf8')}`, { cause: error })
  }
}

/** Nothing of the caller's reaches the registry but where programs are; and no traces are sent to a collector that is not there. */
function environment(contender: Contender): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, OTEL_TRACES_EXPORTER: 'none', ...contender.env }
}

async function firstAnswer(child: ChildProcess, url: string): Promise<void> {
  const end = performance.now() + startLimitMs
  while (!(await answers(`${url}/v2/`))) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    if (performance.now() > end) throw new Error(`no answer after ${startLimitMs} ms`)
    await sleep(2)
  }
}

/** For what the workloads do, wherever they do it. */
async function tokenOf(port: number): Promise<string> {
  const basic = Buffer.from(`${signIn.name}:${signIn.password}`).toString('base64')
  const scope = ['bench/a', 'bench/warm'].map(name => `scope=repository:${name}:pull,push`).join('&')
  const response = await fetch(`http://127.0.0.1:${port}/auth/token?${scope}`, { headers: { authorization: `Basic ${basic}` } })
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`)
  const { token } = (await response.json()) as { token: string }
  return token
}

const answers = (url: string) =>
  new Promise<boolean>(resolve => {
    get(url, { agent: false }, reply => {
      reply.resume()
      reply.once('end', () => resolve(reply.statusCode === 200))
    }).once('error', () => resolve(false))
  })

async function stopped(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
  clearTimeout(patience)
}
