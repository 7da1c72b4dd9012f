import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { imageFiles } from '../app-folder.ts'
import { configOf, type Layer, layerOf } from './compose.ts'
import { dockerLogin } from './docker-login.ts'
import { type ImageName, readImageName } from './image-name.ts'
import { accepted, inOci, oci } from './media-types.ts'
import { type Recipe, readDockerfile } from './read-dockerfile.ts'
import { digestOf, Remote } from './remote.ts'

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
  readonly signal: AbortSignal
  /** Told of what is done, a line each. */
  readonly tell: (line: string) => void
}

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
})
type Descriptor = Pick<z.output<typeof descriptor>, 'mediaType' | 'digest' | 'size'>
const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
const index = z.looseObject({ manifests: z.array(descriptor.extend({ platform: platform.optional() })) })
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) })

/**
 * Makes the registry's image for several platforms and pushes it, without Docker: the layers of a Node.js image as they are, and one more, the
 * same on each, with what the Dockerfile copies.
 *
 * @returns its name by its digest
 */
export async function release(options: ReleaseOptions): Promise<{ readonly byDigest: string; readonly byTag: string }> {
  const { target, version, appFolder, variables, signal, platforms, tell } = options
  imageFiles(appFolder)
  const recipe = readDockerfile(readFileSync(join(appFolder, 'Dockerfile'), 'utf8'), {
    VERSION: version,
    ...(options.base === undefined ? {} : { NODE_IMAGE: options.base }),
  })
  const [from, to] = [readImageName(recipe.base), readImageName(target)]
  const remote = async (name: ImageName, push: boolean) =>
    new Remote({ ...name, push, signal, login: await dockerLogin(name.host, variables) })
  const work = { recipe, layer: layerOf(recipe, appFolder), source: await remote(from, false), sink: await remote(to, true), tell }

  const manifests = []
  for (const [wanted, digest] of await manifestsOf(work.source, from.reference ?? 'latest', platforms)) {
    tell(`${wanted}: ${recipe.base} is ${digest}`)
    manifests.push(await onePlatform(work, digest, wanted))
  }
  const text = JSON.stringify({ schemaVersion: 2, mediaType: oci.index, manifests })
  const tag = to.reference ?? `${version}-${digestOf(text).slice('sha256:'.length, 'sha256:'.length + 12)}`
  const digest = await work.sink.putManifest(tag, oci.index, text)
  const name = target.replace(/(:[^:/]+)?(@.*)?$/, '')
  return { byDigest: `${name}@${digest}`, byTag: `${name}:${tag}` }
}

interface Work {
  readonly recipe: Recipe
  readonly layer: Layer
  readonly source: Remote
  readonly sink: Remote
  readonly tell: (line: string) => void
}

/** The base's manifest for each platform. @throws Error if it has none for one of them */
async function manifestsOf(source: Remote, reference: string, platforms: readonly string[]): Promise<Map<string, string>> {
  const { text, digest, mediaType } = await source.manifest(reference, accepted)
  const found = inOci(mediaType) === oci.index ? inIndex(text) : new Map([[await platformOf(source, text), digest]])
  return new Map(
    platforms.map(wanted => {
      const digest = found.get(wanted)
      if (digest === undefined) throw new Error(`the base has nothing for ${wanted}, only ${[...found.keys()].join(', ')}`)
      return [wanted, digest]
    }),
  )
}

function inIndex(text: string): Map<string, string> {
  const { manifests } = index.parse(JSON.parse(text))
  // The newest variant is the one that is meant without a word.
  return new Map(
    manifests.flatMap(({ digest, platform }) => (platform ? [[`${platform.os}/${platform.architecture}`, digest] as const] : [])),
  )
}

async function platformOf(source: Remote, text: string): Promise<string> {
  const { os, architecture } = platform.parse(JSON.parse(await source.text(manifest.parse(JSON.parse(text)).config.digest)))
  return `${os}/${architecture}`
}

async function onePlatform({ recipe, layer, source, sink, tell }: Work, digest: string, wanted: string) {
  const base = manifest.parse(JSON.parse((await source.manifest(digest, accepted)).text))
  const baseConfig = await source.text(base.config.digest)
  const config = Buffer.from(configOf(baseConfig, recipe, layer))
  const configs: Descriptor = { mediaType: oci.config, digest: digestOf(config), size: config.length }
  const added: Descriptor = { mediaType: oci.layer, digest: layer.digest, size: layer.content.length }

  for (const { digest, size } of base.layers) await copy(source, sink, digest, size, tell)
  for (const [{ digest }, content] of [
    [added, layer.content],
    [configs, config],
  ] as const) {
    if (!(await sink.has(digest))) await sink.put(digest, content.length, content)
  }
  const layers: Descriptor[] = [...base.layers.map(({ mediaType, digest, size }) => ({ mediaType: inOci(mediaType), digest, size })), added]
  const text = JSON.stringify({ schemaVersion: 2, mediaType: oci.manifest, config: configs, layers })
  await sink.putManifest(digestOf(text), oci.manifest, text)
  const [os, architecture] = wanted.split('/')
  return {
    mediaType: oci.manifest,
    digest: digestOf(text),
    size: Buffer.byteLength(text),
    platform: { architecture, os, ...variantOf(baseConfig) },
  }
}

const variantOf = (config: string) => {
  const { variant } = platform.parse(JSON.parse(config))
  return variant === undefined ? {} : { variant }
}

async function copy(source: Remote, sink: Remote, digest: string, size: number, tell: (line: string) => void): Promise<void> {
  if (await sink.has(digest)) return
  tell(`  a layer of ${(size / 1e6).toFixed(1)} MB`)
  await sink.put(digest, size, await source.stream(digest))
}
