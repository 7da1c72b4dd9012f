import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hexOf } from '../../registry-app/src/registry/digest.ts'
import { imageFiles } from '../app-folder.ts'
import { blobCopier } from '../copy/copy-blob.ts'
import { type Circumstances, patientAttempts } from '../registry-client/circumstances.ts'
import { dockerCredentials } from '../registry-client/credentials/docker-credentials.ts'
import { openRegistry } from '../registry-client/open-registry.ts'
import type { RegistryClient } from '../registry-client/registry-client.ts'
import { registrySource } from '../registry-client/registry-source.ts'
import { registryTarget } from '../registry-client/registry-target.ts'
import { manifestsOf } from './base-image.ts'
import { layerOf } from './compose.ts'
import { type ImageName, readImageName } from './image-name.ts'
import { imagePush } from './push-image.ts'
import { readDockerfile } from './read-dockerfile.ts'

export interface ReleaseOptions {
  /** The name to push to; without a tag, the version and the content make one. */
  readonly target: string
  /** In place of the Dockerfile's base. */
  readonly base?: string | undefined
  /** Such as `linux/arm64`. */
  readonly platforms: readonly string[]
  readonly version: string
  readonly appFolder: string
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly circumstances: Circumstances
  readonly signal: AbortSignal
  /** Told of what is done, a line each. */
  readonly tell: (line: string) => void
}

/** How many layers are under way at a time. */
const jobs = 4

/**
 * Makes the registry's image for several platforms and pushes it, without Docker: the layers of a Node.js image as they are, and one more, the
 * same on each, with what the Dockerfile copies.
 *
 * @returns its name by its digest
 * @throws RegistryFailure, UsageError; Error that says what is wrong with the base
 */
export async function release(options: ReleaseOptions): Promise<{ readonly byDigest: string; readonly byTag: string }> {
  const { target, version, appFolder, platforms, signal, tell } = options
  imageFiles(appFolder)
  const recipe = readDockerfile(readFileSync(join(appFolder, 'Dockerfile'), 'utf8'), {
    VERSION: version,
    ...(options.base === undefined ? {} : { NODE_IMAGE: options.base }),
  })
  const [from, to] = [readImageName(recipe.base), readImageName(target)]
  const clients: RegistryClient[] = []
  const open = async (name: ImageName) => {
    const client = await openClient(name, options)
    clients.push(client)
    return client
  }
  try {
    const source = registrySource(await open(from), from.repository)
    const sink = registryTarget(await open(to), to.repository)
    const push = imagePush({
      recipe,
      layer: layerOf(recipe, appFolder),
      source,
      sink,
      blobs: blobCopier({ jobs, signal, dryRun: false, moved: () => {} }),
      tell,
    })
    const manifests = []
    for (const [wanted, digest] of await manifestsOf(source, from.reference ?? 'latest', platforms)) {
      tell(`${wanted}: ${recipe.base} is ${digest}`)
      manifests.push(await push.platform(wanted, digest))
    }
    const { digest, tag } = await push.index(manifests, digest => to.reference ?? `${version}-${hexOf(digest).slice(0, 12)}`)
    const name = target.replace(/(:[^:/]+)?(@.*)?$/, '')
    return { byDigest: `${name}@${digest}`, byTag: `${name}:${tag}` }
  } finally {
    await Promise.all(clients.map(client => client.close()))
  }
}

const openClient = ({ host, repository }: ImageName, { variables, circumstances, signal }: ReleaseOptions): Promise<RegistryClient> =>
  openRegistry({
    ...{ host, variables, insecure: false, plain: false, ca: undefined, connections: 3 * jobs, now: circumstances.now },
    credentials: () => dockerCredentials({ host, repository }, variables),
    persistence: { ...circumstances, attempts: patientAttempts, signal },
  })
