import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runKit } from '../../lib/kit.ts'
import { piped } from '../lib/support/secret-input.ts'
import { temporaryFolder } from '../lib/support/temporary-folder.ts'
import { run } from '../registry-app/http/support/child-process.ts'
import { dissect } from './support/fenced-blocks.ts'
import { pageOf } from './support/markdown-files.ts'
import { commandsIn } from './support/shell-commands.ts'

/** The blocks of a page in one language. */
const blocksOf = (file: string, language: string) =>
  dissect(pageOf(file))
    .blocks.filter(block => block.language === language)
    .map(({ text }) => text)

/** The only one of some texts in which this stands. */
function withIn(texts: readonly string[], part: string): string {
  const found = texts.filter(text => text.includes(part))
  if (found.length !== 1) throw new Error(`${found.length} blocks have ${part}`)
  return found[0] ?? ''
}

async function kit(args: readonly string[], { folder = '.', typed = '' } = {}) {
  let said = ''
  const collect = (text: string) => {
    said += text
  }
  const { signal } = new AbortController()
  const code = await runKit(['--environments', folder, ...args], {
    out: collect,
    error: collect,
    variables: {},
    input: piped(typed),
    signal,
    ask: async () => undefined,
    wait: async () => {},
  })
  return { code, said }
}

/** The words behind the program's own name. */
const argumentsOf = (line: string) => commandsIn(line)[0]?.words.slice(line.startsWith('npm') ? 4 : 1) ?? []

describe('README.md', () => {
  const [onFiles = ''] = blocksOf('README.md', 'yaml')

  test('its config.yml serves a registry', async () => {
    const folder = temporaryFolder({ 'config.yml': onFiles })
    const environment = { REGISTRY_HTTP_ADDR: '127.0.0.1:0', REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: join(folder, 'images') }
    const registry = run({ arguments: ['serve', 'config.yml'], folder, environment })
    const [, address] = await registry.until(/msg="listening" addresses=(http:\S+)\s/)
    expect((await fetch(`${address}/v2/`)).status).toBe(200)
  })

  test('registry.mjs config --check finds nothing wrong with its files', async () => {
    for (const text of blocksOf('README.md', 'yaml')) {
      const checked = run({
        arguments: ['config', '--check', 'config.yml'],
        folder: temporaryFolder({ 'config.yml': text }),
      })
      expect(await checked.exit, checked.stderr()).toBe(0)
    }
  })

  test('the commands that its environments are listed and explained by end well', async () => {
    const folder = join(import.meta.dirname, '../../environments')
    expect(await kit(['environments'], { folder })).toMatchObject({ code: 0 })
    expect(await kit(['--help'])).toMatchObject({ code: 0 })
  })
})

describe('docs/deploy-anywhere.md', () => {
  test('its kit init writes an environment, whose config.yml the kit prints', async () => {
    const folder = temporaryFolder()
    const line = withIn(blocksOf('docs/deploy-anywhere.md', 'sh'), '--engine cdktf')
    expect(await kit(argumentsOf(line), { folder })).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'office.yml'))).toBe(true)
    expect(await kit(['config', 'office'], { folder })).toMatchObject({ code: 0, said: expect.stringContaining('bucket: office-images') })
  })
})

describe('docs/authentication.md', () => {
  const page = 'docs/authentication.md'

  test('registry.mjs access explain says what the page says', async () => {
    const [rules = ''] = blocksOf(page, 'yaml')
    const folder = temporaryFolder({ 'config.yml': `storage: inmemory\n${rules}` })
    const line = withIn(blocksOf(page, 'sh'), 'access explain')
    const explained = run({ arguments: argumentsOf(line), folder })
    expect(await explained.exit).toBe(1)
    expect(explained.stdout().trim()).toBe(withIn(blocksOf(page, 'text'), 'may not push'))
  })

  test('kit user keeps a file of users', async () => {
    const folder = temporaryFolder()
    const lines = withIn(blocksOf(page, 'sh'), '--file /etc/registry/htpasswd').split('\n')
    const [add = [], remove = [], list = []] = lines.map(line => argumentsOf(line).map(word => word.replace('/etc/registry', folder)))
    expect(await kit([...add, '--password-stdin'], { typed: 'a long password' })).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder, 'htpasswd'), 'utf8')).toMatch(/^alice:\$2/)
    expect(await kit(list)).toMatchObject({ code: 0, said: expect.stringContaining('alice') })
    expect(await kit(remove)).toMatchObject({ code: 0 })
    expect(await kit(list)).toMatchObject({ said: expect.not.stringContaining('alice') })
  })

  test('kit token makes, lists and revokes tokens in a storage', async () => {
    const folder = temporaryFolder()
    const config = join(folder, 'config.yml')
    writeFileSync(config, `storage: {filesystem: {rootdirectory: ${join(folder, 'images')}}}\nauth: {local: {}}\n`)
    const lines = withIn(blocksOf(page, 'sh'), 'kit token create').split('\n')
    const commands = lines
      .filter(line => line.includes('config.yml'))
      .map(line => argumentsOf(line).map(word => (word === 'config.yml' ? config : word)))
    for (const args of commands) expect(await kit(args), args.join(' ')).toMatchObject({ code: 0 })
  })
})

describe('docs/garbage-collection.md', () => {
  test('garbage is looked for by the command that it names', async () => {
    const folder = temporaryFolder({ 'config.yml': 'storage: {filesystem: {rootdirectory: images}}' })
    const line = withIn(blocksOf('docs/garbage-collection.md', 'sh'), 'registry.mjs garbage-collect')
    const given = argumentsOf(line).map(word => word.replace(/^\[(.*)\]$/, '$1'))
    const collecting = run({ arguments: given, folder })
    expect(await collecting.exit, collecting.stderr()).toBe(0)
  })
})
