import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../support/paths.ts'

/** What the README tells somebody to type who wants to deploy for the first time: what it says, and what is there. */
export function readmeCommands(): { promised: string; commands: readonly string[] } {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const found = /^## Deploy it\n(?:(?!^## )[\s\S])*?\b(\w+) commands lead [\s\S]*?```sh\n([\s\S]*?)```/m.exec(readme)
  const [, promised = '', block = ''] = found ?? []
  const commands = block
    .split(/\n|&&|;/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
  return { promised, commands }
}
