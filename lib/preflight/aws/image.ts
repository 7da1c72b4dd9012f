import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bad, type Finding, good, skipped } from '../../../registry-app/src/doctor/probe.ts'
import { appFolder, imageFiles } from '../../app-folder.ts'
import type { Surroundings } from '../check.ts'
import type { AwsCheck } from './aws-check.ts'

/** What builds the image, where the file names none. */
export const image: AwsCheck = {
  name: 'image',
  async ask({ image }, surroundings) {
    return image === undefined ? canBuild(appFolder(), surroundings) : skipped(`${image.reference} is there already, as the file says`)
  },
}

/** Whether the CDK could build an image from the folder. @throws Error if the app was not built */
export async function canBuild(folder: string, { variables, signal }: Pick<Surroundings, 'variables' | 'signal'>): Promise<Finding> {
  imageFiles(folder)
  const docker = variables.CDK_DOCKER || 'docker'
  const options = { env: { ...variables }, signal, timeout: 15_000 }
  try {
    const { stdout } = await promisify(execFile)(docker, ['version', '--format', '{{.Server.Version}}'], options)
    return good(`${docker} ${stdout.trim()} builds it`)
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    const why = said.split('\n').at(-1) || (cause instanceof Error ? cause.message : cause)
    return bad(`no Docker that could build it: ${why}; or name one that is there by image.reference, which kit release makes`)
  }
}
