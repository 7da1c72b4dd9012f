import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Need } from './suite.ts'

/** A program of this machine, in the PATH or where `go install` puts it. */
export async function tool(name: string): Promise<Need & { path: string }> {
  const { PATH = '', GOBIN, GOPATH = join(homedir(), 'go') } = process.env
  for (const folder of [...PATH.split(delimiter), GOBIN ?? join(GOPATH, 'bin')]) {
    const path = join(folder, name)
    if (await isExecutable(path)) return { path }
  }
  return { path: name, missing: `${name} is not installed` }
}

export const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
