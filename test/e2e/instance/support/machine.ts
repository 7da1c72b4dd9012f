import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atTheEnd } from '../../support/at-the-end.ts'
import { run } from '../../support/run.ts'
import type { Need } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { isExecutable } from '../../support/tool.ts'

/** What `suite` asks for. */
export const machineNeed: Need = { missing: await whyNot() }

async function whyNot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can boot a machine in namespaces'
  if (!(await isExecutable('/lib/systemd/systemd'))) return 'systemd is not installed'
  try {
    await access('/sys/fs/cgroup', constants.W_OK)
    await run('unshare', ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'])
    return undefined
  } catch {
    return 'no namespaces or control groups may be made here'
  }
}

export interface Machine {
  /** Runs a program on the machine, as root. @returns what it printed */
  run(...command: readonly string[]): Promise<string>
  /** A program of the machine around it, in the network of this one, until the tests have run. */
  serve(command: readonly string[], ready: () => Promise<unknown>): Promise<void>
  /** Waits. @throws what it said last, if it does not work within half a minute */
  until(does: () => Promise<unknown>): Promise<void>
}

/**
 * This machine, booted a second time by a real systemd, with a network of its own that leads nowhere. To be called in `beforeAll`.
 *
 * @param shared a folder that is the same there and here
 */
export async function bootMachine(shared: string): Promise<Machine> {
  const folder = await temporaryFolder()
  const { child: outer, log } = start('bash', [join(import.meta.dirname, 'boot.sh'), folder, shared])
  atTheEnd(async () => {
    await end(outer)
    await removeControlGroups(basename(folder))
  })
  const first = async () => {
    if (outer.exitCode !== null) throw new Error(`no machine boots here:\n${log()}`)
    const children = await readFile(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8')
    return children.trim()
  }
  const enter = async (...namespaces: readonly string[]) => ['--target', await first(), ...namespaces]
  const command = async (...words: readonly string[]) =>
    run('nsenter', [...(await enter('--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd')), ...words])
  await until(() => command('systemctl', 'is-system-running', '--wait').catch(degraded))
  return {
    run: command,
    until,
    async serve([file = '', ...args], ready) {
      const server = start('nsenter', [...(await enter('--net')), file, ...args])
      atTheEnd(() => end(server.child))
      await until(async () => {
        if (server.child.exitCode !== null) throw new Error(`${file} ended:\n${server.log()}`)
        await ready()
      })
    },
  }
}

/** Some unit of this machine may not run twice; all that is asked of systemd is that it serves. */
function degraded(failure: unknown) {
  if (!String(failure).includes('degraded')) throw failure
}

function start(file: string, args: readonly string[]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (log += piece))
  process.once('exit', () => child.kill('SIGKILL'))
  return { child, log: () => log }
}

/** `unshare` heeds no other signal; all that it started ends with it. */
async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** They are empty when the last process of the machine is gone, which is soon. */
async function removeControlGroups(name: string) {
  await until(() => run('find', ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', `*/${name}*`, '-exec', 'rmdir', '{}', '+']))
}

async function until(does: () => Promise<unknown>, patience = 30_000) {
  for (const end = performance.now() + patience; ; await sleep(200)) {
    try {
      await does()
      return
    } catch (failure) {
      if (performance.now() > end) throw failure
    }
  }
}
