import { join } from 'node:path'
import { checkImageConfig, type ImageConfig } from './image-config.ts'
import { runCommand } from './run-command.ts'
import { Skipped } from './skipped.ts'

const tag = 'bucket-registry:release-check'

interface Inspected {
  readonly Architecture: string
  readonly Config: ImageConfig
}

export interface ImageOptions {
  /** The repository's. */
  readonly root: string
  readonly version: string
  /** What the image is built on. @default - what the Dockerfile says */
  readonly base?: string | undefined
  /** Runs `docker` with these words, and gives what it prints. @default - the one in the PATH, on the engine that it finds */
  readonly docker?: (...args: string[]) => Promise<string>
}

/**
 * Builds the image for this machine's architecture, and looks at its labels, its user and its program. What it is on both
 * architectures, `composeImage` looks at.
 *
 * @throws Skipped where no engine is; Error that says what is wrong with the image
 */
export async function buildImage({ root, version, base, docker = dockerIn(root) }: ImageOptions): Promise<string> {
  await docker('info').catch(cause => {
    throw new Skipped('no Docker engine answers here: the image was not built, nor run', { cause })
  })
  const on = base === undefined ? [] : ['--build-arg', `NODE_IMAGE=${base}`]
  await docker('build', '--build-arg', `VERSION=${version}`, ...on, '--tag', tag, join(root, 'registry-app'))
  try {
    const [image] = JSON.parse(await docker('image', 'inspect', tag)) as [Inspected]
    const user = checkImageConfig(image.Config, version)
    const said = (await docker('run', '--rm', tag, '--version')).trim()
    if (said !== version) throw new Error(`the image says that it is ${said}`)
    return `for ${image.Architecture}, with labels, as user ${user}`
  } finally {
    await docker('image', 'rm', '--force', tag)
  }
}

const dockerIn =
  (root: string) =>
  (...args: string[]) =>
    runCommand('docker', args, { cwd: root })
