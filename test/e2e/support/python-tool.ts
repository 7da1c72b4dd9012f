import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Need } from './suite.ts'
import { isExecutable } from './tool.ts'

/** A program from PyPI, in the environment of its own that `.ci/install-tools` made. */
export async function pythonTool(environment: string, name = environment): Promise<Need & { path: string }> {
  const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env
  const path = join(XDG_CACHE_HOME, 'bucket-registry', environment, 'bin', name)
  return (await isExecutable(path)) ? { path } : { path, missing: `${name} is not installed` }
}
