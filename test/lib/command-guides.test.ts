import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandGuides, namedCommands } from '../../lib/command-guides.ts'
import { kit, runKit } from '../../lib/kit.ts'
import { piped } from './support/secret-input.ts'

const root = join(import.meta.dirname, '../..')
const surroundings = (out: (text: string) => void, error = out) => ({
  out,
  error,
  variables: {},
  input: piped(),
  signal: new AbortController().signal,
  ask: async () => undefined,
})

async function said(...args: string[]): Promise<string> {
  let text = ''
  await runKit(
    args,
    surroundings(part => (text += part)),
  )
  return text
}

const commands = namedCommands(
  kit(
    surroundings(() => {}),
    () => {},
  ),
)

test('every command has a guide, and no other has', () => {
  expect(Object.keys(commandGuides).toSorted()).toEqual(commands.map(([name]) => name).toSorted())
})

describe.each(commands)('the help of %s', (name, command) => {
  test('says what it does, what its arguments and options are, and where to read on', async () => {
    const help = await said(...name.split(' '), '--help')
    expect(command.description()).not.toBe('')
    expect(help).toContain(`Usage: npm run kit -- ${name}`)
    for (const { description } of [...command.registeredArguments, ...command.options]) expect(description).not.toBe('')
    expect(help).toContain(`See ${commandGuides[name]?.page}.`)
    for (const example of commandGuides[name]?.examples ?? []) expect(help).toContain(`  npm run kit -- ${example}\n`)
  })

  test('is named, with its page, by an error of its command line', async () => {
    expect(await said(...name.split(' '), '--nonsense')).toContain(`(see npm run kit -- ${name} --help, and docs/`)
  })
})

test('a command that there is not is followed by where those are that there are', async () => {
  const guide = '(npm run kit -- --help lists the commands, docs/README.md the guides)'
  expect(await said('doctr')).toBe(`error: unknown command 'doctr'\n(Did you mean doctor?)\n${guide}\n`)
})

test('a mistake in an environment is followed by the pages that explain its keys', async () => {
  const folder = join(root, 'test/lib/none')
  expect(await said('--environments', folder, 'environments')).toMatch(/\nsee docs\/environments\.md\n$/)
})

test('every page of the documentation that a program names is there', () => {
  const files = globSync(['{bin,lib,registry-app/src}/**/*.ts', 'lib/**/*.sh'], { cwd: root })
  const named = files.flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?<![\w/])docs\/[\w/-]+\.(?:md|json|yml)/g)].map(([page]) => ({ file, page })),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ page }) => !existsSync(join(root, page)))).toEqual([])
})
