import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../support/paths.ts'

/**
 * What the README tells somebody to type who wants to deploy for the first time: how many commands its heading says, how many lead to a registry, and all of
 * them, with those that put an image into it.
 */
export function readmeCommands(): { promised: string; deploying: number; commands: readonly string[] } {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, promised = '', section = ''] = /^## (\w+) commands\n((?:(?!^## )[\s\S])*)/m.exec(readme) ?? []
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .split(/\n|&&|;/)
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('#')),
  )
  return { promised: promised.toLowerCase(), deploying: blocks[0]?.length ?? 0, commands: blocks.flat() }
}
