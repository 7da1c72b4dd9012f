import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atTheEnd } from '../support/at-the-end.ts'
import { root } from '../support/paths.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { type RunOptions, run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

export const name = 'alice'
export const password = 'correct:horse & battery, ü'

export interface Guarded {
  readonly server: RegistryServer
  /** For what a client keeps. */
  readonly folder: string
}

/** `kit …`, as it stands in the sources. */
export const kit = (args: readonly string[], options: RunOptions = {}) =>
  run(process.execPath, [join(root, 'bin/kit.ts'), ...args], options)

/**
 * A registry with one user, whom the kit has put into its file. To be called in `beforeAll`.
 *
 * @param more further sections of config.yml
 */
export async function guardedServer(way: 'htpasswd' | 'local' = 'htpasswd', more: Record<string, unknown> = {}): Promise<Guarded> {
  const folder = await temporaryFolder()
  const [file, secret] = [join(folder, 'htpasswd'), join(folder, 'secret')]
  await writeFile(secret, `${password}\n`)
  await kit(['user', 'add', name, '--file', file, '--password-file', secret])
  const server = await startServer({ folder, config: { auth: { [way]: { path: file } }, ...more } })
  atTheEnd(() => server.stop())
  return { server, folder }
}
