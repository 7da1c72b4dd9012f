import type { Command } from 'commander'
import { commandPages } from './pages.ts'

/** Command lines to copy, without the program's name; what each does follows from the description. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  serve: ['serve config.yml'],
  healthcheck: ['healthcheck config.yml'],
  'garbage-collect': ['garbage-collect config.yml --dry-run', 'garbage-collect config.yml'],
  retention: ['retention config.yml --dry-run'],
  restore: ['restore config.yml --list', 'restore config.yml team/app:v1'],
  maintain: ['maintain config.yml'],
  check: ['check config.yml', 'check config.yml team/app:v1 --deep'],
  config: ['config --check config.yml'],
  explain: ['access explain config.yml --user alice --repository team/app --action push'],
}

const pages: Readonly<Record<string, string>> = { ...commandPages, explain: 'docs/authentication.md' }

/** Ends the help of each command with examples, and with the page that leads through it. */
export function addExamples(program: Command): void {
  for (const command of program.commands.flatMap(child => [child, ...child.commands])) {
    const lines = examples[command.name()]?.map(example => `  ${program.name()} ${example}\n`).join('')
    if (lines) command.addHelpText('after', `\nFor example:\n${lines}\nSee ${pages[command.name()] ?? 'docs/configuration.md'}.`)
  }
}
