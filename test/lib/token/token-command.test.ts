import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runKit } from '../../../lib/kit.ts'
import { readExpiry } from '../../../lib/token/read-expiry.ts'
import { readRobot, robotBelieved, robotIds } from '../../../registry-app/src/auth/robots/robot-objects.ts'
import { hashOfToken, readRobotToken } from '../../../registry-app/src/auth/robots/robot-token.ts'
import { driverOver } from '../../registry-app/support/folder.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const environments = temporaryFolder({ 'local.yml': 'engine: cdktf\nstorage: {driver: filesystem}' })

/** A registry's config.yml, and its images. */
function registry() {
  const data = temporaryFolder({})
  const config = join(temporaryFolder({ 'config.yml': `storage: {filesystem: {rootdirectory: ${data}}}` }), 'config.yml')
  return { data, driver: driverOver(data), token: (...args: string[]) => token([...args, '--config', config]) }
}

async function token(args: readonly string[]) {
  let [out, error] = ['', '']
  const waits: number[] = []
  const surroundings = {
    out: (text: string) => (out += text),
    error: (text: string) => (error += text),
    variables: {},
    ask: async () => undefined,
    input: piped(),
    wait: async (milliseconds: number) => waits.push(milliseconds),
  }
  const code = await runKit(['--environments', environments, 'token', ...args], { ...surroundings, signal: new AbortController().signal })
  return { code, out, error, waits }
}

describe('kit token', () => {
  test('makes a token, prints it alone, and keeps its hash', async () => {
    const { data, driver, token } = registry()
    const { code, out, error } = await token(
      'create',
      'ci',
      '--repository',
      'team/**',
      'base',
      '--actions',
      'pull, push',
      '--expires',
      '2999-01-31',
    )
    const { id, text } = readRobotToken(out.trim()) ?? { id: '', text: '' }
    expect({ code, error }).toEqual({
      code: 0,
      error: `${id} of ci is made, until 2999-01-31T00:00Z; this is the only time that it is shown\n`,
    })
    expect(await readRobot(driver, id)).toMatchObject({
      name: 'ci',
      hash: hashOfToken(text),
      grants: [{ repositories: ['team/**', 'base'], actions: ['pull', 'push'] }],
      expires: Date.parse('2999-01-31'),
    })
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter(each => each.isFile())
    expect(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join()).not.toContain(text.slice(16, 48))
  })

  test('makes it for pulling, and for 90 days, unless told otherwise; and for what rules say, without a repository', async () => {
    const { token } = registry()
    await token('create', 'reader', '--repository', 'a')
    await token('create', 'ruled', '--expires', 'never')
    const { out } = await token('list')
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const lines = out.trim().split('\n')
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^\\w{12}\treader\tpull in a\tmade ${day(0)}\tuntil ${day(90)}T`)))
    expect(lines).toContainEqual(expect.stringMatching(/^\w{12}\truled\twhat rules give to robot:ruled\tmade [\d-]+\tfor good$/))
  })

  test('revokes one by its id, and all of a name', async () => {
    const { driver, token } = registry()
    for (const name of ['ci', 'ci', 'ci', 'other']) await token('create', name, '--repository', 'a')
    const [, first = ''] = /^(\w{12})\tci/m.exec((await token('list')).out) ?? []
    expect(await token('revoke', first)).toEqual({
      code: 0,
      out: '',
      error: `${first} is deleted\nuntil every replica has seen that: 5 seconds …\nno replica takes it any more\n`,
      waits: [robotBelieved],
    })
    expect(await robotIds(driver)).toHaveLength(3)
    expect((await token('revoke', 'ci')).code).toBe(0)
    expect(await robotIds(driver)).toHaveLength(1)
    expect(await token('revoke', 'ci')).toEqual({ code: 1, out: '', error: 'there is no token ci\n', waits: [] })
  })
})

describe('a command line that cannot be carried out ends with 2, and makes nothing:', () => {
  test.each<[args: string[], says: string]>([
    [['create', 'c i'], "a robot's name has at most 128 letters"],
    [['create', 'ci', '--repository', 'Team/**'], '--repository Team/**: can match no repository'],
    [['create', 'ci', '--repository', 'a', '--actions', 'pull,own'], '--actions own: there are pull, push'],
    [['create', 'ci', '--actions', 'push'], '--actions without --repository'],
    [['create', 'ci', '--repository', 'a', '--expires', 'soon'], '--expires soon: write 90d'],
    [['create', 'ci', '--repository', 'a', '--expires', '2001-01-01'], 'that is over'],
    [['create'], "missing required argument 'name'"],
  ])('%j', async (args, says) => {
    const { driver, token } = registry()
    const { code, out, error } = await token(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toContain(says)
    expect(await robotIds(driver)).toEqual([])
  })

  test('without a place, or one that cannot be reached', async () => {
    expect((await token(['list'])).error).toContain('say where the tokens are, in one way: --config CONFIG.YML or --environment NAME')
    expect((await token(['list', '--environment', 'local'])).error).toMatch(
      /keeps its images on a volume of its host, .*\n {2}docker run .* bin\/kit\.ts token … --config registry-app\/container\.yml/,
    )
  })
})

test.each([
  ['90d', 90 * 86_400_000],
  ['12h', 12 * 3_600_000],
  ['1970-01-03', 2 * 86_400_000],
  ['1970-01-03T12:00Z', 2.5 * 86_400_000],
  ['never', undefined],
])('--expires %s', (written, time) => {
  expect(readExpiry(written, 0)).toBe(time)
})
