import { join } from 'node:path'
import { runCommand } from './run-command.ts'
import { Skipped } from './skipped.ts'

const tag = 'bucket-registry:release-check'

/** What Docker tells of an image, as far as it is looked at here. */
interface Inspected {
  readonly Architecture: string
  readonly Config: { readonly User: string; readonly Labels?: Readonly<Record<string, string>> }
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
 * Builds the image for this machine's architecture, and looks at its labels, its user and its program. Nothing is run while it is built, so the
 * other architecture is the same files on the other base; the workflow builds both.
 *
 * @throws Skipped where no engine is; Error that says what is wrong with the image
 */
export async function buildImage({ root, version, base, docker = dockerIn(root) }: ImageOptions): Promise<string> {
  await docker('info').catch(cause => {
    throw new Skipped('no Docker engine answers here: neither the image for amd64 nor that for arm64 was built', { cause })
  })
  const on = base === undefined ? [] : ['--build-arg', `NODE_IMAGE=${base}`]
  await docker('build', '--build-arg', `VERSION=${version}`, ...on, '--tag', tag, join(root, 'registry-app'))
  try {
    const [image] = JSON.parse(await docker('image', 'inspect', tag)) as [Inspected]
    const { User, Labels = {} } = image.Config
    const missing = ['title', 'description', 'licenses', 'version'].filter(name => !Labels[`org.opencontainers.image.${name}`])
    if (missing.length > 0) throw new Error(`the image lacks the labels ${missing.join(', ')}`)
    if (Labels['org.opencontainers.image.version'] !== version) throw new Error('the label of its version names another one')
    if (!/^[1-9]\d*:[1-9]\d*$/.test(User)) throw new Error(`the image runs as ${User || 'root'}`)
    const said = (await docker('run', '--rm', tag, '--version')).trim()
    if (said !== version) throw new Error(`the image says that it is ${said}`)
    return `for ${image.Architecture}, with labels, as user ${User}; the other architecture is built by the workflow`
  } finally {
    await docker('image', 'rm', '--force', tag)
  }
}

const dockerIn =
  (root: string) =>
  (...args: string[]) =>
    runCommand('docker', args, { cwd: root })
