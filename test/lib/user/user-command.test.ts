import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runKit } from '../../../lib/kit.ts'
import type { SecretInput } from '../../../lib/user/secret-input.ts'
import { matches } from '../../../registry-app/src/auth/bcrypt.ts'
import { parseHtpasswd } from '../../../registry-app/src/auth/htpasswd.ts'
import { readUser, userKeys } from '../../../registry-app/src/auth/user-objects.ts'
import { driverOver } from '../../registry-app/support/folder.ts'
import { piped, typing } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const environments = temporaryFolder({ 'local.yml': 'engine: cdktf\nstorage: {driver: filesystem}' })

async function user(args: readonly string[], input: SecretInput = piped()) {
  let [out, error] = ['', '']
  const surroundings = {
    out: (text: string) => (out += text),
    error: (text: string) => (error += text),
    variables: {},
    ask: async () => undefined,
    input,
  }
  const code = await runKit(['--environments', environments, 'user', ...args], { ...surroundings, signal: new AbortController().signal })
  return { code, out, error }
}

const isRight = async (file: string, name: string, password: string) => {
  const hash = parseHtpasswd(readFileSync(file, 'utf8')).users.get(name)
  return hash !== undefined && matches(Buffer.from(password), hash, 0)
}

describe('kit user, with a file', () => {
  test('adds a user with a password that is asked for twice, and shows it nowhere', async () => {
    const file = join(temporaryFolder({}), 'htpasswd')
    const input = typing('correct horse', 'correct horse')
    const { code, out, error } = await user(['add', 'alice', '--file', file], input)
    expect({ code, out, error }).toEqual({ code: 0, out: '', error: 'alice is added, known to the registry within seconds\n' })
    expect(input.asked).toEqual(['Password: ', 'Again: '])
    expect(await isRight(file, 'alice', 'correct horse')).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['from standard input', ['--password-stdin'], piped('from outside\n')],
    ['from a file', ['--password-file', join(temporaryFolder({ password: 'from outside\r\n' }), 'password')], piped()],
  ])('takes the password %s, without the end of its line', async (_, option, input) => {
    const file = join(temporaryFolder({}), 'htpasswd')
    expect((await user(['add', 'alice', '--file', file, ...option], input)).code).toBe(0)
    expect(await isRight(file, 'alice', 'from outside')).toBe(true)
  })

  test('makes a password, and prints it alone', async () => {
    const file = join(temporaryFolder({}), 'htpasswd')
    const { out } = await user(['add', 'alice', '--file', file, '--generate'])
    expect(out).toMatch(/^[\w-]{32}\n$/)
    expect(await isRight(file, 'alice', out.trim())).toBe(true)
  })

  test('gives another password, and leaves the rest, the mode, and a link as they are', async () => {
    const folder = temporaryFolder({ htpasswd: '# ours\nalice:$2y$05$old\nbob:{SHA}x\n' })
    const [file, link] = [join(folder, 'htpasswd'), join(folder, 'link')]
    chmodSync(file, 0o640)
    symlinkSync('htpasswd', link)
    const { error } = await user(['add', 'alice', '--file', link, '--password-stdin'], piped('another one'))
    expect(error).toBe('alice has another password, known to the registry within seconds\n')
    expect(readFileSync(file, 'utf8')).toMatch(/^# ours\nalice:\$2a\$10\$\S{53}\nbob:\{SHA\}x\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readdirSync(folder).toSorted()).toEqual(['htpasswd', 'link'])
  })

  test('lists and takes away', async () => {
    const file = join(temporaryFolder({ htpasswd: 'bob:x\n# no:one\nalice:y\n' }), 'htpasswd')
    expect((await user(['list', '--file', file])).out).toBe('alice\nbob\n')
    expect(await user(['remove', 'bob', '--file', file])).toMatchObject({
      code: 0,
      error: 'bob is gone, known to the registry within seconds\n',
    })
    expect(readFileSync(file, 'utf8')).toBe('# no:one\nalice:y\n')
    expect(await user(['remove', 'bob', '--file', file])).toMatchObject({ code: 1, error: 'there is no user bob\n' })
  })

  test('leaves a file alone that somebody else is changing', async () => {
    const folder = temporaryFolder({ htpasswd: 'alice:y\n', 'htpasswd.lock': '' })
    const { code, error } = await user(['remove', 'alice', '--file', join(folder, 'htpasswd')])
    expect(code).toBe(2)
    expect(error).toContain('htpasswd.lock is there: somebody else changes the file')
    expect(readFileSync(join(folder, 'htpasswd'), 'utf8')).toBe('alice:y\n')
  })
})

describe('kit user, with a config.yml', () => {
  const registry = () => {
    const folder = temporaryFolder({})
    const data = join(folder, 'data')
    mkdirSync(data)
    writeFileSync(join(folder, 'config.yml'), `version: 0.1\nstorage: {filesystem: {rootdirectory: ${data}}}\nauth: htpasswd\n`)
    return { config: join(folder, 'config.yml'), driver: driverOver(data) }
  }

  test('adds, changes, lists and takes away users in the storage', async () => {
    const { config, driver } = registry()
    expect((await user(['add', 'alice', '--config', config, '--password-stdin'], piped('correct horse'))).error).toBe(
      'alice is added, known to all replicas within 30 seconds\n',
    )
    expect((await user(['add', 'alice', '--config', config, '--password-stdin'], piped('another one'))).error).toContain(
      'has another password',
    )
    const [key = ''] = (await userKeys(driver)).values()
    expect(await matches(Buffer.from('another one'), (await readUser(driver, key))?.hash ?? '', 0)).toBe(true)
    expect((await user(['list', '--config', config])).out).toBe('alice\n')
    expect((await user(['remove', 'alice', '--config', config])).code).toBe(0)
    expect((await user(['list', '--config', config])).out).toBe('')
  })

  test('says what is wrong with it, and ends with 1', async () => {
    const folder = temporaryFolder({ 'config.yml': 'storage: {filesystm: {}}' })
    expect(await user(['list', '--config', join(folder, 'config.yml')])).toMatchObject({
      code: 1,
      error: expect.stringContaining('filesystm'),
    })
    expect(await user(['list', '--config', join(folder, 'none.yml')])).toMatchObject({
      code: 1,
      error: expect.stringContaining('no such file'),
    })
  })
})

describe('a command line that cannot be carried out ends with 2:', () => {
  const file = join(temporaryFolder({}), 'htpasswd')
  const memory = join(temporaryFolder({ 'config.yml': 'storage: inmemory' }), 'config.yml')
  const folder = join(temporaryFolder({ 'config.yml': 'storage: {filesystem: {rootdirectory: /nowhere}}' }), 'config.yml')
  test.each<[args: string[], says: string, input?: SecretInput]>([
    [['list'], 'say where the users are, in one way'],
    [['list', '--file', file, '--config', memory], 'say where the users are, in one way'],
    [['list', '--config', memory], 'keeps everything in memory, and so no users'],
    [['list', '--environment', 'local'], 'the environment local keeps its images on a volume of its host, which this command cannot reach'],
    [
      ['list', '--environment', 'local'],
      `docker run --rm -it --volume registry-local:/var/lib/registry --volume '${process.cwd()}:/kit:ro' --workdir /kit --entrypoint node "$(docker inspect --format '{{.Image}}' registry-local)" bin/kit.ts user … --config registry-app/container.yml`,
    ],
    [['add', 'alice', '--file', file], 'there is nobody to ask for the password'],
    [['add', 'alice', '--file', file, '--generate', '--password-stdin'], 'one of --password-file, --password-stdin and --generate'],
    [['add', 'alice', '--file', file, '--password-file', '/nowhere'], "the password's file cannot be read: ENOENT"],
    [['add', 'alice', '--file', file], 'the two are not the same', typing('correct horse', 'correct house')],
    [['add', 'alice', '--file', file, '--password-stdin'], 'a password has at least 8 characters', piped('short\n')],
    [['add', 'alice', '--file', file, '--password-stdin'], 'bcrypt looks at 72 bytes', piped('x'.repeat(73))],
    [['add', 'alice', '--file', file, '--password-stdin'], 'one line without control characters', piped('two lines\nof it')],
    [['add', 'a:b', '--file', file, '--generate'], 'a name has no colon'],
    [['add', '', '--file', file, '--generate'], 'a name has no colon'],
    [['add', 'ä', '--config', folder, '--generate'], 'a name in the storage has at most 128 letters'],
    [['add', 'alice', 'hunter2', '--file', file], 'too many arguments'],
  ])('%j', async (args, says, input) => {
    const { code, out, error } = await user(args, input)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toContain(says)
  })
})
