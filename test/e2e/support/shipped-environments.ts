import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { selectEnvironments } from '../../../lib/environment/select-environments.ts'
import { root } from './paths.ts'

/** Puts the environments that are shipped into a project. @returns the stacks of those that an engine deploys */
export async function shippedEnvironments(project: string, engine: 'cdk' | 'cdktf'): Promise<string[]> {
  const folder = join(root, 'environments')
  await cp(folder, join(project, 'environments'), { recursive: true })
  return selectEnvironments({ folder })
    .filter(environment => environment.engine === engine)
    .flatMap(({ name }) => [`registry-${name}`, `registry-${name}-data`])
    .toSorted()
}
