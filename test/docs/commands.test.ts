import { existsSync, globSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandGuides, namedCommands } from '../../lib/command-guides.ts'
import { program as registry } from '../../registry-app/src/command-line.ts'
import { ConfigError } from '../../registry-app/src/config/complaint.ts'
import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { complaintAbout, inRepository, isThere, ofDefinition } from './support/check-command.ts'
import { type Block, dissect } from './support/fenced-blocks.ts'
import { pages, root } from './support/markdown-files.ts'
import { commandsIn } from './support/shell-commands.ts'

const scripts = pages.flatMap(page => dissect(page).blocks.filter(({ language }) => language === 'sh'))

/** Everything that is wrong with a script, with the folder that its own `cd` leads to. */
function complaintsAbout({ text, file }: Block): string[] {
  const commands = commandsIn(text)
  let folder = file.startsWith('examples/') ? dirname(file) : '.'
  const complaints: string[] = []
  for (const command of commands) {
    const complaint = complaintAbout(command, folder)
    if (complaint !== undefined) complaints.push(`${command.words.join(' ')}: ${complaint}`)
    const [program, target] = command.words
    if (program === 'cd' && target !== undefined) folder = inRepository.test(target) ? target : normalize(join(folder, target))
  }
  return complaints
}

test.each(scripts.map(block => [block.where, block] as const))(
  'every command at %s is known, and every file that it names is there',
  (_, block) => {
    expect(complaintsAbout(block)).toEqual([])
  },
)

const settings = scripts
  .map(
    block =>
      [block.where, Object.assign({}, ...commandsIn(block.text).map(({ variables }) => variables)) as Record<string, string>] as const,
  )
  .map(([where, variables]) => [where, Object.entries(variables).filter(([name]) => name.startsWith('REGISTRY_'))] as const)
  .filter(([, variables]) => variables.length > 0)

test.each(settings)('the variables at %s are the configuration’s', (_, variables) => {
  const environment = Object.fromEntries(variables.map(([name, value]) => [name, value === '…' ? 'a value of yours' : value]))
  // One of these is what they are laid over.
  const files = ['{filesystem: {}}', '{s3: {bucket: images, region: r}}', '{s3: {bucket: images, region: r, accesskey: a}}']
  const complaints = files.map(storage => complaintAboutConfig(`storage: ${storage}`, environment))
  expect(complaints).toContain(undefined)
})

function complaintAboutConfig(text: string, environment: Record<string, string>): string | undefined {
  try {
    return loadConfig({ file: { name: 'config.yml', text }, environment, readFile: () => 'what is in a file' }).warnings[0]
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.message
  }
}

/** Command lines and paths in running text, by their pages. `a|b` in a word is either of both. */
const spans = pages.flatMap(page => {
  const { prose } = dissect(page)
  return prose.flatMap((line, index) =>
    [...line.matchAll(/(`+)((?:(?!\1).)+)\1/g)].map(([, , code = '']) => ({
      where: `${page.file}:${index + 1}`,
      page,
      code: code.replaceAll('\\|', '|').trim(),
    })),
  )
})

const typed = spans.filter(({ code }) => /^(npm|npx|kit|bucket-registry|registry\.mjs|node) \S/.test(code) && !/^node --/.test(code))

test.each(typed.map(({ where, code }) => [where, code] as const))('at %s, `%s` is a command', (_, code) => {
  // There it is named, and need not be whole.
  for (const command of alternatives(code).flatMap(each => commandsIn(`${each} …`))) expect(complaintAbout(command)).toBeUndefined()
})

function alternatives(code: string): string[] {
  const [whole, first = '', second = ''] = /(?<= )([\w-]+)\|([\w|-]+)/.exec(code) ?? []
  if (whole === undefined) return [code]
  return [code.replace(whole, first), ...alternatives(code.replace(whole, second))]
}

test.each(pages.map(page => [page.file, page] as const))('every path that %s names is there', (_, page) => {
  const paths = spans.filter(({ page: { file }, code }) => file === page.file && inRepository.test(code) && !/[\s…{<=]|NAME/.test(code))
  const missing = paths.filter(({ code }) => !isThere(code) && globSync(code, { cwd: root }).length === 0)
  expect(missing.map(({ where, code }) => `${where}: ${code}`)).toEqual([])
})

test('every test that a page names is there', () => {
  const named = spans.filter(({ code }) => /^[\w./-]+\.(test|e2e)\.ts$/.test(code))
  const missing = named.filter(({ code }) => !['', 'test', 'test/registry-app'].some(folder => existsSync(join(root, folder, code))))
  expect(named.length).toBeGreaterThan(10)
  expect(missing.map(({ where, code }) => `${where}: ${code}`)).toEqual([])
})

describe('a command that is wrong is found', () => {
  test.each([
    ['npm run bild', 'package.json has no script bild'],
    ['npm run kit -- doctr', "error: unknown command 'doctr'\n(Did you mean doctor?)"],
    ['kit doctor --buckt images', "error: unknown option '--buckt'\n(Did you mean --bucket?)"],
    ['kit user add', "error: missing required argument 'name'"],
    ['registry.mjs serve --port 5000', "error: unknown option '--port'"],
    ['npx cdktf delpoy registry-local', 'cdktf has no delpoy'],
    ['npx cdktf deploy local', 'local is no stack of an environment'],
    ['cp examples/none.yml .', 'examples/none.yml is not in the repository'],
    ['frobnicate', expect.stringContaining('no program frobnicate')],
  ])('%s', (line, complaint) => {
    expect(commandsIn(line).map(command => complaintAbout(command))).toEqual([complaint])
  })

  test('by the words that a shell would see', () => {
    const script = `export A=1 B="$(kit config 'a b' | jq -r .x)" # a comment
      for part in a b; do
        rclone copy x/$part \\
          y 2>&1 >out
      done
      C=3 npm ci && npm test -- "it's"`
    expect(commandsIn(script).map(({ words }) => words)).toEqual([
      ['kit', 'config', 'a b'],
      ['jq', '-r', '.x'],
      ['export', 'A=1', "B=$(kit config 'a b' | jq -r .x)"],
      ['rclone', 'copy', 'x/$part', 'y'],
      ['npm', 'ci'],
      ['npm', 'test', '--', "it's"],
    ])
  })
})

describe('examples in the help of the kit', () => {
  const examples = Object.entries(commandGuides).flatMap(([name, { examples }]) => examples.map(example => [name, example] as const))
  test.each(examples)('of %s: %s', (name, example) => {
    expect(example.startsWith(name)).toBe(true)
    expect(commandsIn(`kit ${example}`).map(command => complaintAbout(command))).toEqual([undefined])
  })
})

test('the registry’s own commands each say what they do', () => {
  for (const [name, command] of namedCommands(registry)) expect(command.description(), name).not.toBe('')
  expect(ofDefinition(registry, ['access', 'explain', '--repository', 'a', '--action', 'pull'])).toBeUndefined()
})
