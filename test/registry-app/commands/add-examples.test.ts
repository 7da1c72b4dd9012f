import { expect, test } from 'vitest'
import { program } from '../../../registry-app/src/command-line.ts'
import { examples } from '../../../registry-app/src/commands/add-examples.ts'

const leaves = program.commands.flatMap(command => (command.commands.length > 0 ? command.commands : [command]))

test('every command has examples, and no other has', () => {
  expect(Object.keys(examples).toSorted()).toEqual(leaves.map(command => command.name()).toSorted())
})

test.each(leaves)('the help of $_name ends with its examples, whose options it knows, and a page', command => {
  let help = ''
  command.configureOutput({ writeOut: text => (help += text) }).outputHelp()
  for (const example of examples[command.name()] ?? []) {
    expect(help).toContain(`  registry.mjs ${example}\n`)
    const options = example.match(/--[\w-]+/g) ?? []
    expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(options))
  }
  expect(help).toMatch(/\nSee docs\/[\w-]+\.md(, docs\/[\w-]+\.md)*\.\n$/)
})
