import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashPassword } from '../../../registry-app/src/auth/bcrypt.ts'
import { basic } from '../auth/support/checks.ts'
import { run } from '../http/support/child-process.ts'
import { eventually } from '../http/support/eventually.ts'
import { send } from '../http/support/trial-server.ts'
import { temporaryFolder } from '../support/folder.ts'

/** `serve` as it is shipped, with a password before it. */
async function serving(environment: Record<string, string>, folder: string) {
  const common = { REGISTRY_HTTP_ADDR: 'localhost:0', REGISTRY_AUTH: 'htpasswd', ...environment }
  const command = run({ arguments: ['serve'], folder, environment: common })
  const [, port] = await command.until(/addresses"?[=:]"?http:\/\/[^ "]*:(\d+)/)
  const status = async (name: string, password: string) =>
    (await send({ path: '/v2/', headers: { authorization: basic(name, password) } }, { host: '127.0.0.1', port: Number(port) })).status
  return { command, status, log: () => command.stdout() }
}

const htpasswd = async (name: string, password: string) => `${name}:${await hashPassword(Buffer.from(password), Buffer.alloc(16, 1))}\n`

describe('serve with auth.htpasswd', () => {
  test('lets in whom the file names, by a thread of the one file, and follows the file', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'htpasswd')
    await writeFile(path, `# ours\n${await htpasswd('alice', 'wonder')}bob:{SHA}5siv5c0SHx681xU6GiSx9ZQryqs=\n`)
    const { status, log } = await serving({ REGISTRY_AUTH_HTPASSWD_PATH: path }, folder)
    expect([await status('alice', 'wonder'), await status('alice', 'x'), await status('bob', 'x')]).toEqual([200, 401, 401])
    expect(log()).toContain('line 3: bob cannot sign in, because the password is kept as SHA-1')
    await eventually(log).toContain('msg="users are known" users=1')

    await writeFile(path, await htpasswd('carol', 'singer'))
    await eventually(() => status('carol', 'singer')).toBe(200)
    expect(await status('alice', 'wonder')).toBe(401)
    for (const secret of ['wonder', 'singer', '$2']) expect(log()).not.toContain(secret)
  })

  test('lets in the first user of the configuration, and makes no other', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'htpasswd')
    const first = { REGISTRY_AUTH_HTPASSWD_USERNAME: 'admin', REGISTRY_AUTH_HTPASSWD_PASSWORD: 'first-password' }
    const { status, log } = await serving({ ...first, REGISTRY_AUTH_HTPASSWD_PATH: path }, folder)
    expect([await status('admin', 'first-password'), await status('admin', 'second-password'), await status('docker', 'x')]).toEqual([
      200, 401, 401,
    ])
    expect(log()).not.toContain('first-password')
    // It may come later.
    await writeFile(path, await htpasswd('alice', 'wonder'))
    await eventually(() => status('alice', 'wonder')).toBe(200)
  })

  test('makes a file that is not there, as Distribution does, and keeps its password out of the log', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'auth', 'htpasswd')
    const { status, log } = await serving({ REGISTRY_AUTH_HTPASSWD_PATH: path }, folder)
    const password = (await readFile(`${path}.docker-password`, 'utf8')).trim()
    expect(await status('docker', password)).toBe(200)
    expect(log()).toMatch(
      /level=warn msg=".*htpasswd was not there: it has now the user docker, whose password is in .*htpasswd\.docker-password;/,
    )
    expect(log()).not.toContain(password)
  })

  test('warns where there is nobody', async () => {
    const { command } = await serving({}, await temporaryFolder())
    await command.until(/level=warn msg="there is no user yet, so nobody can sign in: kit user add makes one/)
  })

  test('says aloud that passwords go over plain HTTP, and that the secret can be guessed', async () => {
    const environment = { REGISTRY_HTTP_ADDR: ':0', REGISTRY_HTTP_SECRET: 'asecretforlocaldevelopment' }
    const { log } = await serving(environment, await temporaryFolder())
    expect(log()).toMatch(/level=error msg="PASSWORDS OVER PLAIN HTTP ON :0: /)
    expect(log()).toMatch(/level=warn msg="http\.secret CAN BE GUESSED: /)
    expect(log()).not.toContain('asecretforlocaldevelopment')
  })

  test('does not start where the file cannot be read or made, and says so without a stack', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'htpasswd'))
    await writeFile(join(folder, 'file'), '')
    for (const [path, says] of [
      ['htpasswd', 'htpasswd: auth.htpasswd.path: cannot be read: EISDIR'],
      ['file/htpasswd', 'file/htpasswd: auth.htpasswd.path: is not there, and cannot be made: '],
    ] as const) {
      const environment = { REGISTRY_HTTP_ADDR: 'localhost:0', REGISTRY_AUTH: 'htpasswd', REGISTRY_AUTH_HTPASSWD_PATH: path }
      const command = run({ arguments: ['serve'], folder, environment })
      expect(await command.exit).toBe(1)
      expect(command.stderr()).toContain(says)
      expect(command.stderr()).not.toMatch(/^\s+at /m)
    }
  })
})
