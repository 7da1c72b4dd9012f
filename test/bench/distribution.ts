import { command } from './command.ts'
import type { Contender } from './contender.ts'
import { goProgram } from './go-program.ts'

const program = { name: 'registry', module: 'github.com/distribution/distribution/v3', package: 'cmd/registry', version: 'v3.1.2' }

/** The peer: a binary that was named, or one that is found or installed. */
export async function distribution(named: string | undefined, folder: string, say: (line: string) => void): Promise<Contender> {
  const file = named ?? (await goProgram(program, folder, say))
  return {
    id: 'distribution',
    name: `Distribution ${await versionOf(file)}`,
    file,
    args: config => ['serve', config],
    env: {},
  }
}

/** `registry github.com/distribution/distribution/v3 v3.1.2+unknown`: what follows the plus only says how it was built. */
async function versionOf(file: string): Promise<string> {
  const line = await command(file, ['--version'])
  return line.split(' ').at(-1)?.split('+')[0] ?? line
}
