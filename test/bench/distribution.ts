import { join } from 'node:path'
import { command } from './command.ts'
import type { Contender } from './contender.ts'

const version = 'v3.1.2'
const module = `github.com/distribution/distribution/v3/cmd/registry@${version}`

/** The peer: a binary that was named, one that `go install` has left somewhere before, or one installed now (one to three minutes). */
export async function distribution(named: string | undefined, folder: string, say: (line: string) => void): Promise<Contender> {
  const file = named ?? (await find(folder)) ?? (await install(folder, say))
  return {
    id: 'distribution',
    name: `Distribution ${await versionOf(file)}`,
    file,
    args: config => ['serve', config],
    env: {},
  }
}

async function find(folder: string): Promise<string | undefined> {
  const places = [folder, join(await command('go', ['env', 'GOPATH']), 'bin')]
  for (const file of places.map(place => join(place, 'registry'))) {
    const found = await versionOf(file).catch(() => undefined)
    if (found === version) return file
  }
  return undefined
}

async function install(folder: string, say: (line: string) => void): Promise<string> {
  say(`installing ${module}`)
  await command('go', ['install', module], { env: { GOBIN: folder } })
  return join(folder, 'registry')
}

/** `registry github.com/distribution/distribution/v3 v3.1.2+unknown`: what follows the plus only says how it was built. */
async function versionOf(file: string): Promise<string> {
  const line = await command(file, ['--version'])
  return line.split(' ').at(-1)?.split('+')[0] ?? line
}
