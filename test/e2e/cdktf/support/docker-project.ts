import { randomBytes } from 'node:crypto'
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { node24 } from '../../../../scripts/node24.ts'
import { importNodeImage } from '../../support/node-image.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { KitProject } from '../kit-project.ts'

/** What an environment is called, where others have some of their own on the same engine: its stacks, and the image that it is built on. */
export function environmentNames(kind?: string) {
  const name = ['e2e', ...(kind === undefined ? [] : [kind]), randomBytes(4).toString('hex')].join('-')
  const app = `registry-${name}`
  return { name, app, data: `${app}-data`, base: `bucket-registry-${name}/node:24` }
}

export interface DockerProjectOptions {
  /** Terraform's, beside the image that it is built on. */
  readonly variables?: Record<string, string>
  /** The providers' own. */
  readonly others?: Record<string, string>
  /** Files that are at the root of that image. */
  readonly scripts?: readonly string[]
}

/** A project of the kit, whose image is built on one of Node.js alone, which is made here. */
export async function dockerProject(base: string, { variables, others, scripts = [] }: DockerProjectOptions = {}): Promise<KitProject> {
  const folder = await temporaryFolder()
  const [node, home] = [join(folder, 'node'), join(folder, 'project')]
  for (const each of [node, home]) await mkdir(each)
  for (const script of scripts) await copyFile(script, join(node, basename(script)))
  await importNodeImage(base, { node: await node24(), folder: node })
  const project = new KitProject(home, { node_image: base, ...variables }, others)
  await project.begin()
  return project
}
