import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../support/free-port.ts'
import { startProcess } from '../../../support/start-process.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { run } from '../../support/run.ts'
import { tool } from '../../support/tool.ts'

/** What `suite` asks for: without root, an sshd of one's own starts no sessions. */
export const sshd = await tool('sshd').then(async found => {
  const server = found.missing ? await tool('/usr/sbin/sshd') : found
  return process.getuid?.() === 0 ? server : { ...server, missing: 'only root can start sshd' }
})

export interface SshServer {
  /** `ssh://user@127.0.0.1:port` */
  readonly uri: string
  /** Words for the command line of ssh, so that it knows both keys and asks nobody. */
  readonly options: readonly string[]
}

/** A host where docker's command line finds the engine: sshd on a port of its own, with keys of its own. It ends with the tests of the file. */
export async function sshServer(folder: string, environment: Record<string, string>): Promise<SshServer> {
  const port = await freePort()
  const file = (name: string) => join(folder, name)
  for (const key of ['host', 'user']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)])
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `PidFile ${file('pid')}`,
    `AuthorizedKeysFile ${file('user.pub')}`,
    // The folder is a temporary one, which others may write to.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv ${set.join(' ')}`,
  ]
  await writeFile(file('sshd_config'), `${lines.join('\n')}\n`)
  // The folder without rights where Debian's sshd locks up its unprivileged half.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const server = await startProcess({ file: sshd.path, args: ['-D', '-e', '-f', file('sshd_config')], env: {}, ready: () => answers(port) })
  atTheEnd(() => server.stop())
  await writeFile(file('known_hosts'), `[127.0.0.1]:${port} ${await readFile(file('host.pub'), 'utf8')}`)
  return {
    uri: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    options: ['-i', file('user'), '-o', `UserKnownHostsFile=${file('known_hosts')}`, '-o', 'BatchMode=yes'],
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}
