import { join } from 'node:path'
import { command } from './command.ts'

/** A program that `go install` makes. */
export interface GoProgram {
  /** What `go install` names it. */
  readonly name: string
  readonly module: string
  /** Within the module; empty: the module itself. */
  readonly package: string
  readonly version: string
}

/** The binary: one that `go install` has left somewhere before, in this version, or one that is installed now, which takes minutes. */
export async function goProgram(program: GoProgram, folder: string, say: (line: string) => void): Promise<string> {
  const places = [folder, join(await command('go', ['env', 'GOPATH']), 'bin')]
  for (const file of places.map(place => join(place, program.name))) {
    const built = await command('go', ['version', '-m', file]).catch(() => '')
    if (isBuiltFrom(built, program)) return file
  }
  const path = `${join(program.module, program.package)}@${program.version}`
  say(`installing ${path}`)
  await command('go', ['install', path], { env: { GOBIN: folder } })
  return join(folder, program.name)
}

/** What `go version -m` prints has a line for the program's module, whose fields stand between tabs. */
export const isBuiltFrom = (built: string, { module, version }: GoProgram) => built.includes(`\tmod\t${module}\t${version}\t`)
